"""The launcher: brings every part of Waymark up in order, watches over them, and takes them down again.

    errors      LaunchError: what is wrong and what to do about it
    console     says what is happening, with timings
    account     which account the embedded servers run as when Waymark is started as root
    places      where data, sockets and logs of this installation lie
    programs    one child process: its command, its log, how to ask whether it is ready, how to stop it
    supervisor  starts programs in order, stops all when one dies or when asked to, in reverse order
    leftovers   remembers the children on disk, so that the run after a `kill -9` can end them
    instance    one launcher at a time on one var/ folder
    postgres    the embedded PostgreSQL
    valkey      the embedded Redis-compatible server
    servers     the two of them, or the servers given by DATABASE_URL and REDIS_URL
    ports       finds a free port
    health      /health and /ready for every part
    web         the portal under gunicorn
    everything  `python run.py`: all parts in one go
    assets      builds the portal's islands
    commands    the sub-commands of run.py

Nothing here knows a patient or a journey: the parts are started as processes of their own, and what they do is theirs.
"""
