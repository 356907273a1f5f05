"""The launcher: brings every part of Waymark up in order, watches over them, and takes them down again.

    door        finds the command that run.py was given; commands/ has one file for each
    interpreter makes sure of a Python with our packages; install.sh makes it
    console     says what is happening, with timings
    errors      LaunchError: what is wrong and what to do about it

    account     which account the embedded servers run as when Waymark is started as root
    places      where data, sockets and logs of this installation lie
    ports       finds a free port
    instance    one launcher at a time on one var/ folder
    programs    one child process: its command, its log, how to ask whether it is ready, how to stop it
    supervisor  starts programs in order, stops all when one dies or when asked to, in reverse order
    leftovers   remembers the children on disk, so that the run after a `kill -9` can end them
    postgres    the embedded PostgreSQL
    valkey      the embedded Redis-compatible server
    servers     the two of them, or the servers given by DATABASE_URL and REDIS_URL
    parts       web, workers, scheduler, mailboxes and setup as programs
    web         the portal under gunicorn
    health      /health and /ready for parts that are no web server

    preparing   what a database needs before the parts can start; packs and demo are what it is filled with
    importing   shows how an import goes
    assets      builds the portal's islands
    browser     finds a Chromium for the tests
    reference   writes the manual's reference pages

Up to `health` nothing knows a patient or a journey: parts are started as processes, and what they do is theirs.
"""
