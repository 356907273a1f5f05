"""The commands of run.py, one file each; the file's name is the command's (`import_` for `import`).

To add one, add a file: the first line of its docstring is its help, `run(settings, arguments, console)` does it and
returns the exit code, and `add_arguments(parser)` says what it takes, when it takes anything (`PASSES_WORDS_ON = True`
gives it the words as they are). A command's file is only read when it is called, so that each loads just what it needs:
a worker no portal, the launcher neither.
"""
