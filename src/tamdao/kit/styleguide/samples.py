"""Made-up content for the style guide. Every figure here is invented and shown as sample data."""

from __future__ import annotations

from datetime import date
from typing import Any

from tamdao.kit import icons, svgmap
from tamdao.kit.components import (
    Crumb,
    FigureView,
    LegendKey,
    MapDate,
    Matter,
    PillarCard,
    TargetRow,
    ThreadNode,
    Tile,
)
from tamdao.kit.errors import DomainError
from tamdao.kit.messages import Message
from tamdao.kit.svgchart import Point

M = Message
_HREF = "#explain"


def _row(name: str, english: str, state: str, value: str | None, goal: str, **more: Any) -> TargetRow:
    unit = more.pop("unit", "%")
    sample = more.pop("sample", False)
    sign = more.pop("sign_word", "")
    return TargetRow(
        name=M(name, english),
        href="#target",
        state=state,
        figure=FigureView(value, unit, sign_word=sign, href=_HREF, sample=sample),
        goal=M(f"chỉ tiêu {goal}", f"target {goal}"),
        deadline="2025",
        **more,
    )


def _pillars() -> list[PillarCard]:
    government = [
        _row(
            "Hồ sơ giải quyết trực tuyến toàn trình",
            "Files handled fully online",
            "behind",
            "61.4",
            "> 75 %",
            target="75",
            source_kind="machine",
            period=M("hôm nay 07:40", "today 07:40"),
        ),
        _row(
            "Người dân, doanh nghiệp hài lòng",
            "People and businesses satisfied",
            "met",
            "96.2",
            "> 95 %",
            target="95",
            source_kind="form",
            period="Quý III/2025",
        ),
        _row(
            "Hệ thống kết nối qua LGSP",
            "Systems connected over LGSP",
            "on_course",
            "72",
            "> 75 %",
            target="75",
            source_kind="machine",
            period="31/10/2025",
        ),
    ]
    economy = [
        _row(
            "Kinh tế số trong GRDP",
            "Digital economy in GRDP",
            "missed",
            "17.8",
            "> 25 %",
            target="25",
            source_kind="document",
            period="2024",
            sign_word=M("gần", "nearly"),
        ),
        _row(
            "Doanh nghiệp công nghệ số trên 1.000 dân",
            "Digital firms per 1,000 people",
            "on_course",
            "0.84",
            "≥ 1",
            unit="",
            target="1",
            sample=True,
            period="30/09/2025",
        ),
        _row(
            "Xã có giao dịch nông sản trực tuyến",
            "Communes selling farm goods online",
            "no_data",
            None,
            "100 %",
            target="100",
            late=M("trễ 34 ngày", "34 days late"),
        ),
    ]
    society = [
        _row(
            "Hộ gia đình có cáp quang",
            "Households on fibre",
            "no_result_yet",
            "91.3",
            "> 90 %",
            target="90",
            reason=M("Chưa có kết quả của năm hạn định 2025.", "No result for the deadline year 2025 yet."),
        ),
        _row(
            "Dân số có tài khoản thanh toán điện tử",
            "People with an e-payment account",
            "awaiting_decision",
            None,
            "> 50 %",
            target="50",
            reason=M(
                "Tỉnh kết thúc trước hạn; chờ quyết định giữ, gộp hay bỏ.",
                "The province ended before the deadline.",
            ),
        ),
    ]
    more = M("Xem cả 6 chỉ tiêu", "See all 6 targets")
    six = M("6 chỉ tiêu", "6 targets")
    return [
        PillarCard(
            "government",
            M("Chính quyền số", "Digital government"),
            {"met": 3, "on_course": 2, "behind": 1},
            government,
            "#targets",
            six,
            more,
        ),
        PillarCard(
            "economy",
            M("Kinh tế số", "Digital economy"),
            {"met": 1, "on_course": 2, "behind": 1, "missed": 1, "no_data": 1},
            economy,
            "#targets",
            six,
            more,
        ),
        PillarCard(
            "society",
            M("Xã hội số", "Digital society"),
            {"met": 3, "no_result_yet": 1, "awaiting_decision": 2},
            society,
            "#targets",
            six,
            more,
        ),
    ]


def _tiles() -> list[Tile]:
    return [
        Tile(
            M("Hồ sơ trực tuyến toàn trình", "Files fully online"),
            "#t",
            FigureView("61.4", "%", href=_HREF),
            "behind",
            M("chỉ tiêu > 75 %", "target > 75 %"),
            M("40 phút trước", "40 minutes ago"),
            "",
            "machine",
            M("+1,2 điểm phần trăm so với tháng trước", "+1.2 percentage points on last month"),
            "good",
            ("48", "50.1", "52", "55.5", None, "60.2", "61.4"),
        ),
        Tile(
            M("Doanh thu nền tảng số", "Platform revenue"),
            "#t",
            FigureView("1234567.5", M("triệu đồng", "million dong"), href=_HREF, sample=True),
            "on_course",
            M("chỉ tiêu 1,5 nghìn tỷ", "target 1.5 trillion"),
            M("3 ngày trước", "3 days ago"),
            "",
            "form",
            "",
            "",
            ("900", "980", "1010", "1100", "1190", "1234"),
        ),
        Tile(
            M("Xã có giao dịch nông sản", "Communes selling online"),
            "#t",
            FigureView(None),
            "no_data",
            M("chỉ tiêu 100 %", "target 100 %"),
            "",
            M("trễ 34 ngày", "34 days late"),
            "form",
        ),
        Tile(
            M("Hạng DTI", "DTI rank"),
            "#t",
            FigureView("20", of="63", href=_HREF),
            "",
            "",
            M("công bố 2025", "2025"),
            "",
            "document",
            M("tăng 24 bậc so với 2023", "up 24 places on 2023"),
            "good",
        ),
    ]


def _thread() -> list[ThreadNode]:
    entered = M("Sở KH&CN nhập 12/02, duyệt 20/02", "Entered 12/02, approved 20/02")
    return [
        ThreadNode("formula", M("Công thức", "Formula"), "gia_tri_kinh_te_so ÷ grdp × 100"),
        ThreadNode(
            "input",
            M("Giá trị kinh tế số", "Value of the digital economy"),
            M("29.640 tỷ đồng", "29,640 billion dong"),
            entered,
            "#cell",
            M("biểu KTS-02, ô D14", "form KTS-02, cell D14"),
            children=[
                ThreadNode(
                    "document",
                    M("Tài liệu kiểm chứng", "Evidence"),
                    M("Báo cáo kinh tế số 2024", "Report 2024"),
                    "",
                    "#doc",
                )
            ],
        ),
        ThreadNode(
            "input",
            "GRDP",
            M("166.500 tỷ đồng", "166,500 billion dong"),
            M("Cục Thống kê, niên giám 2024, tr. 71", "Statistics office, yearbook 2024, p. 71"),
            "#file",
        ),
        ThreadNode(
            "other_source",
            M("Nguồn khác", "Another source"),
            M("12,9 %", "12.9 %"),
            M("Chính thức là nguồn trên, theo thứ tự ưu tiên.", "The source above has priority."),
            "#other",
            figure=True,
        ),
        ThreadNode(
            "conversion",
            M("Địa giới", "Map"),
            M("tỉnh trước 01/07/2025", "provinces before 1 July 2025"),
            M("Phú Thọ mới: 15,1 % (bình quân đơn giản)", "New Phú Thọ: 15.1 % (plain mean)"),
        ),
        ThreadNode(
            "note", M("Dữ liệu thử", "Trial data"), M("chuỗi dựng sẵn", "prepared series"), sample=True
        ),
    ]


def _map() -> Any:
    try:
        shapes = svgmap.vietnam()
    except DomainError:
        return None
    merged = svgmap.Region(
        "new", ("phutho", "vinhphuc", "hoabinh"), "q3", M("Phú Thọ (mới)", "Phú Thọ (new)"), "#u", me=True
    )
    rest = [key for key in shapes.shapes if key not in merged.members]
    regions = [
        svgmap.Region(key, (key,), f"q{number * 7 % 5}", shapes.shapes[key].name, "#u")
        for number, key in enumerate(rest)
    ]
    labels = {
        "hoangsa": M("Hoàng Sa (Đà Nẵng)", "Hoàng Sa (Đà Nẵng)"),
        "truongsa": M("Trường Sa (Khánh Hòa)", "Trường Sa (Khánh Hòa)"),
    }
    return svgmap.draw(shapes, [*regions, merged], labels=labels)


def samples() -> dict[str, Any]:
    """The context of the style guide."""
    years = ("2020", "2021", "2022", "2023", "2024")
    ranks = (55, 12, 18, 44, 20)
    breaks = {"2021": "QĐ 922", "2024": "QĐ 405"}
    return {
        "nav_key": "home",
        "band": (1, 15),
        "states": list(icons.STATES),
        "icon_names": list(icons.LINES),
        "pillars": _pillars(),
        "tiles": _tiles(),
        "nodes": _thread(),
        "rank": FigureView("20", of="63", href=_HREF),
        "figures": [
            FigureView("17.8", "%", href=_HREF),
            FigureView("1440", M("sản phẩm", "products"), sign_word=M("khoảng", "about"), href=_HREF),
            FigureView("0.6142", "", decimals=4, href=_HREF),
            FigureView(None, "%"),
            FigureView("42", "%", sample=True),
        ],
        "points": [
            Point(year, rank, str(rank), _HREF, break_before=breaks.get(year, ""))
            for year, rank in zip(years, ranks, strict=True)
        ],
        "matters": [
            Matter(
                M("18 chỉ tiêu của Vĩnh Phúc chờ quyết định", "18 targets of Vĩnh Phúc await a decision"),
                "awaiting_decision",
                M(
                    "Tỉnh kết thúc ngày 01/07/2025, trước hạn 31/12/2025.",
                    "The province ended before the deadline.",
                ),
                "#m",
                M("Chưa phân công", "Not assigned"),
                M("hạn 31/12/2026", "due 31/12/2026"),
                M("Rà soát", "Review"),
                "#m",
            ),
            Matter(
                M("Hai nguồn khác nhau về kinh tế số: 12,67 % và 14,26 %", "Two sources differ"),
                "behind",
                M("Chênh 1,59 điểm phần trăm.", "1.59 percentage points apart."),
                "#m",
                M("Cục Thống kê", "Statistics office"),
                "",
                M("Xem nguồn", "See sources"),
                "#m",
            ),
            Matter(
                M("34 xã chưa gửi số liệu nông sản", "34 communes have not reported"),
                "no_data",
                M("Kỳ tháng 10/2026, hạn 05/11.", "October 2026, due 05/11."),
                "#m",
                "",
                "",
                M("Đôn đốc", "Chase"),
                "#m",
            ),
        ],
        "crumbs": [
            Crumb(M("Toàn cảnh", "Overview"), "#"),
            Crumb(M("Chỉ tiêu", "Targets"), "#"),
            Crumb(M("Kinh tế số", "Economy")),
        ],
        "drawing": _map(),
        "legend": [LegendKey(f"q{number}", f"0,{40 + number * 8}–0,{47 + number * 8}") for number in range(5)]
        + [LegendKey("none", M("chưa có số liệu", "no data"))],
        "shown_map": MapDate(date(2025, 7, 1)).shown,
        "chart": {
            "kind": "line",
            "title": "DTI",
            "categories": list(years),
            "decimals": 4,
            "series": [
                {"name": "Vĩnh Phúc", "data": [0.3105, 0.4841, 0.6011, 0.5603, 0.7201], "me": True},
                {"name": "Phú Thọ", "data": [0.3342, 0.4102, 0.5530, 0.5871, 0.6904]},
            ],
            "breaks": [{"before": "2021", "label": "QĐ 922"}, {"before": "2024", "label": "QĐ 405"}],
            "sample": True,
        },
        "table_rows": [
            ("1", "Đà Nẵng", "0.8002", ""),
            ("19", "Bắc Giang", "0.7210", "near"),
            ("20", "Vĩnh Phúc", "0.7201", "me"),
            ("21", "Ninh Bình", "0.7188", "near"),
            ("22", "Đắk Lắk", "0.7100", "sample"),
        ],
    }
