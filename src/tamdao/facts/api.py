"""The in-process face of facts: figures, their explanation and changes, targets, what needs a look.

Everything above reads figures through these functions and publishes values through `publish`; no ORM rows leave.
"""

from __future__ import annotations

from .explain import explain, explain_many, explain_request
from .queries.arrivals import Reach, arrived, reaches, sample_packs
from .queries.catalogue import (
    Catalogue,
    IndicatorView,
    MeasureView,
    SourceView,
    catalogue,
    get_indicator,
    get_source,
    list_indicators,
    search_indicators,
)
from .queries.changes import changes, changes_of, register_comparability
from .queries.checks import Conflict, conflicts, recent_changes
from .queries.documents import Citations, cited_by, register_citer
from .queries.figures import (
    Place,
    Request,
    figure,
    figures,
    known_periods,
    latest,
    latest_all,
    register_computed,
    resolve,
    series,
    series_all,
    sources_side_by_side,
)
from .queries.memo import forget
from .queries.records import (
    Record,
    get_observation,
    observations_of_document,
    register_resolver,
    revisions_of,
)
from .queries.records import resolve as open_record
from .queries.rows import ObservationView
from .queries.stamp import newest_change, stamp
from .queries.target_book import (
    BaseView,
    LinkView,
    TargetView,
    get_target,
    search_targets,
    target_units,
    targets_of_document,
    targets_of_indicator,
)
from .queries.targets import all_targets, inherited_targets, target, targets, targets_without_data
from .queries.units import unit_name
from .queries.wording import change_text, figure_value
from .render import change_dict, figure_dict, node_dict, node_lines, walk
from .services.changes import record_change
from .services.observations import NewObservation, Published, publish
from .types import ChangeView

__all__ = [
    "BaseView",
    "Catalogue",
    "ChangeView",
    "Citations",
    "Conflict",
    "IndicatorView",
    "LinkView",
    "MeasureView",
    "NewObservation",
    "ObservationView",
    "Place",
    "Published",
    "Reach",
    "Record",
    "Request",
    "SourceView",
    "TargetView",
    "all_targets",
    "arrived",
    "catalogue",
    "change_dict",
    "change_text",
    "changes",
    "changes_of",
    "cited_by",
    "conflicts",
    "explain",
    "explain_many",
    "explain_request",
    "figure",
    "figure_dict",
    "figure_value",
    "figures",
    "forget",
    "get_indicator",
    "get_observation",
    "get_source",
    "get_target",
    "inherited_targets",
    "known_periods",
    "latest",
    "latest_all",
    "list_indicators",
    "newest_change",
    "node_dict",
    "node_lines",
    "observations_of_document",
    "open_record",
    "publish",
    "reaches",
    "recent_changes",
    "record_change",
    "register_citer",
    "register_comparability",
    "register_computed",
    "register_resolver",
    "resolve",
    "revisions_of",
    "sample_packs",
    "search_indicators",
    "search_targets",
    "series",
    "series_all",
    "sources_side_by_side",
    "stamp",
    "target",
    "target_units",
    "targets",
    "targets_of_document",
    "targets_of_indicator",
    "targets_without_data",
    "unit_name",
    "walk",
]
