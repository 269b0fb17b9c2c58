"""Every surface on which a page shows what somebody wrote: how rows are filled with it, and where it is then shown.

A room that shows more adds a filling function to one of the modules here and its pages to `SURFACES` in `table.py`.
"""
