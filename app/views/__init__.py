"""The screens, one file an entry of the menu. `app/menu.py` lists them; `app/README.md` says how to add one."""
