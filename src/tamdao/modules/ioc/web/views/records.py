"""The ends of the threads: observation, document, event, source, pack, edition."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from tamdao.kit.messages import Message

from ...queries import records
from ..frame import read_frame
from ..page import render_page
from ..present import crumbs


def observation(request: HttpRequest, pk: int) -> HttpResponse:
    """One stored observation."""
    frame = read_frame(request)
    page = records.observation_page(pk, sample=frame.sample)
    return render_page(
        request,
        "ioc/observation.html",
        frame,
        page=page,
        nav_key="indicators",
        shown_unit=page.unit,
        crumbs=crumbs(
            (Message("Số liệu", "Indicators"), frame.page("indicators")),
            (page.name, frame.page("indicator", page.row.indicator_id, unit=page.unit.id)),
            (Message(f"Dòng số liệu {pk}", f"Stored figure {pk}"), ""),
        ),
    )


def document(request: HttpRequest, code: str) -> HttpResponse:
    """A source document and what cites it."""
    frame = read_frame(request)
    page = records.document_page(code, sample=frame.sample)
    steps = crumbs((Message("Số liệu", "Indicators"), frame.page("indicators")), (page.document.label, ""))
    return render_page(request, "ioc/document.html", frame, page=page, nav_key="indicators", crumbs=steps)


def event(request: HttpRequest, code: str) -> HttpResponse:
    """A change of units with its legal act."""
    frame = read_frame(request)
    page = records.event_page(code)
    steps = crumbs((Message("Đơn vị", "Units"), frame.page("units")), (page.title, ""))
    return render_page(request, "ioc/event.html", frame, page=page, nav_key="units", crumbs=steps)


def source(request: HttpRequest, code: str) -> HttpResponse:
    """A source of figures."""
    frame = read_frame(request)
    page = records.source_page(code, sample=frame.sample)
    steps = crumbs((Message("Số liệu", "Indicators"), frame.page("indicators")), (page.source.name, ""))
    return render_page(request, "ioc/source.html", frame, page=page, nav_key="indicators", crumbs=steps)


def pack(request: HttpRequest, name: str) -> HttpResponse:
    """An installed pack."""
    frame = read_frame(request)
    page = records.pack_page(name)
    title = Message(page.pack.title_vi, page.pack.title_en)
    steps = crumbs((Message("Số liệu", "Indicators"), frame.page("indicators")), (title, ""))
    return render_page(
        request, "ioc/pack.html", frame, page=page, title=title, nav_key="indicators", crumbs=steps
    )


def edition(request: HttpRequest, code: str) -> HttpResponse:
    """An edition of the index."""
    frame = read_frame(request)
    page = records.edition_page(code)
    name = Message(page.edition.name_vi, page.edition.name_en)
    rows = [
        {
            "depth": depth,
            "node": node,
            "name": Message(node.name_vi, node.name_en),
            "note": Message(node.note_vi, node.note_en or node.note_vi),
        }
        for depth, node in page.nodes
    ]
    return render_page(
        request,
        "ioc/edition.html",
        frame,
        page=page,
        name=name,
        rows=rows,
        nav_key="dti",
        crumbs=crumbs((Message("DTI", "DTI"), frame.page("dti")), (name, "")),
    )
