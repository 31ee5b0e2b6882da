"""Pipelines and their dated, evidenced memberships; critical roles and their cover; requests; threads of potential."""
