"""The papers: what is printed where, and in which words.

Wording and measures of each form stand in its TOML file; `layout` draws any of them, `facts` says
which facts of a person a form shows. A kind is offered only where it has a form here.
"""
