"""The Kibana pack: data views, saved searches and dashboards over the archive.

What is in it is written in `mappings/kibana/*.yaml` (see `source`) and made into Kibana's saved objects when it is
exported or installed (`pack`), with the fields of the plugins that are on. `check` asks the archive what each panel
would ask it. No Kibana is needed for any of this but installing.
"""
