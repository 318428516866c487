"""Publish: from a `Library` to a static site, whole or not at all.

What is published: counts of studies that a curator accepted, the quotes they rest
on, what the review asserts, and how many claims wait. What never is: a whole
abstract, a claim of no stated source, an unreviewed claim inside a count.

`pages` is a function from a library to Markdown; `build` lays it together with the
words of `site/`, runs the site tool strictly and swaps the result in.
"""
