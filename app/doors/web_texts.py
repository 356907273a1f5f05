"""`/texts/<name>.json` and `.html`: approved texts for a clinic's own site. Anybody may read them; they name nobody."""

from flask import Blueprint, Flask, Response, abort, jsonify, render_template, request

from app.base import perform_by_link
from app.base.headers import for_other_sites
from app.base.screens import anyone
from app.base.words import direction_of
from journeys.contact.texts.web_text import WebText, web_text
from journeys.foundation.errors import Missing

blueprint = Blueprint("web-texts", __name__)

SECONDS = 300
"""How long a site may keep a text before it asks again: as long as a text that was retired may still be shown."""

MOST_LANGUAGES = 10
PER_ADDRESS = "120 per 1 minute"


def install(app: Flask) -> None:
    """Open it, for so many questions from one place."""
    app.register_blueprint(blueprint)
    app.appbuilder.sm.limiter.limit(PER_ADDRESS)(blueprint)


@blueprint.get("/texts/<slug>.json")
@anyone
def as_json(slug: str) -> Response:
    """The text with its language, number and day, in plain words: paragraphs are parted by an empty line."""
    text = found(slug)
    answer = jsonify(
        name=text.slug,
        version=text.number,
        published_at=text.published_at.isoformat(),
        language=text.language,
        direction=direction_of(text.language),
        languages=list(text.languages),
        title=text.title,
        text=text.body,
    )
    return answered(answer, text)


@blueprint.get("/texts/<slug>.html")
@anyone
def as_html(slug: str) -> Response:
    """The text as a piece of a page, without style or script: the site's own style holds."""
    text = found(slug)
    paragraphs = [each.splitlines() for each in text.body.split("\n\n") if each.strip()]
    piece = render_template("web-texts/piece.html", text=text, paragraphs=paragraphs)
    return answered(Response(piece, mimetype="text/html"), text)


def found(slug: str) -> WebText:
    """What is in force, in the language of the address, else of the browser; 404 without it."""
    asked = request.args.get("language")
    wanted = [asked] if asked else [language for language, _ in request.accept_languages][:MOST_LANGUAGES]
    try:
        return perform_by_link(web_text, slug, wanted)
    except Missing:
        abort(404)


def answered(answer: Response, text: WebText) -> Response:
    """With what lets other sites read it, and ask again only whether it has changed."""
    answer.headers["Vary"] = "Accept-Language"
    answer.headers["Content-Language"] = text.language
    answer.add_etag()
    return for_other_sites(answer.make_conditional(request), SECONDS)
