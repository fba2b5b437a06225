"""The page of one figure: what it is compared with, sources side by side, series, thread, definition."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tamdao.core.units.models import UnitLink
from tamdao.facts.models import Observation

PHU_THO, VINH_PHUC, OLD_HUNG_YEN = "25@2025-07-01", "26@2020-01-01", "33@2020-01-01"
TWO_VALUES = "/figures/digital_economy_gdp/VN@2020-01-01/2022/"


@pytest.fixture(autouse=True)
def _today(demo_db: None, hold_today: Any) -> None:
    hold_today(date(2026, 11, 22))


def opened(client: Client, address: str, language: str = "vi") -> str:
    client.cookies["django_language"] = language
    response = client.get(address)
    assert response.status_code == 200, address
    return response.content.decode()


def test_two_official_values_stand_side_by_side_with_their_difference(client: Client) -> None:
    page = opened(client, TWO_VALUES)
    assert "Các nguồn cạnh nhau" in page
    assert "số đang dùng" in page
    assert "+1,59 điểm phần trăm" in page
    assert page.count("14,26%") == 1
    assert page.count(">Nguồn: Cơ quan thống kê nhà nước<") == 1
    drawer = opened(client, f"{TWO_VALUES}?fragment=1")
    assert "Nguồn khác: Bộ quản lý ngành" in drawer


def test_comparisons_stand_there_even_without_a_figure(client: Client) -> None:
    page = opened(client, TWO_VALUES)
    compared = page[page.index('class="against"') : page.index("</dl>")]
    assert compared.count("chưa có") == 2
    assert "Kế hoạch" in compared
    rank = opened(client, f"/figures/dti_rank/{VINH_PHUC}/2023/")
    assert "Giảm 26 bậc" in rank
    assert "Không so sánh" in opened(client, f"/figures/dti_rank/{VINH_PHUC}/2024/")


def test_a_formula_names_its_inputs_and_their_values(client: Client) -> None:
    page = opened(client, f"/figures/procedures_online_share/{OLD_HUNG_YEN}/2023/")
    assert "÷ “Tổng số thủ tục hành chính” × 100%" in page
    assert "1.440 thủ tục" in page
    assert "1.823 thủ tục" in page
    assert "78,99" in page


def test_a_score_keeps_its_four_decimals_and_its_stored_text(client: Client) -> None:
    row = Observation.objects.filter(indicator="dti", period="2024", value__regex=r"^0\.\d{3}$").first()
    assert row is not None
    page = opened(client, f"/figures/dti/{row.unit_id}/2024/")
    assert f"{row.value}0".replace(".", ",") in page
    assert f"= {row.value}<" in opened(client, f"/observations/{row.pk}/")


def test_the_series_has_a_table_twin(client: Client) -> None:
    for address in (f"/figures/dti_rank/{VINH_PHUC}/2024/", "/targets/F020/"):
        page = opened(client, address)
        assert 'class="trend"' in page
        assert "Xem dạng bảng" in page
        assert page.count('<th scope="row" class="nowrap">năm 202') == 5


def test_documents_open_here_and_at_their_origin_and_say_whether_they_were_read(client: Client) -> None:
    page = opened(client, TWO_VALUES)
    assert 'rel="noopener noreferrer external">Mở địa chỉ gốc</a>' in page
    assert ">https://" not in page
    assert "Chưa đọc toàn văn." in page
    assert "Not read in full." in opened(client, TWO_VALUES, "en")


def test_notes_in_vietnamese_alone_are_marked_in_english(client: Client) -> None:
    assert "kết quả thống kê (vi)" in opened(client, TWO_VALUES, "en")
    assert "(vi)" not in opened(client, TWO_VALUES)


def test_a_long_explanation_opens_folded(client: Client) -> None:
    page = opened(client, f"/dti/2024/{PHU_THO}/DTI/")
    assert page.count("<summary>Xem cách ra số này</summary>") >= 5


def test_the_unit_page_says_whose_targets_wait_and_has_one_table_of_figures(client: Client) -> None:
    page = opened(client, f"/units/{PHU_THO}/")
    assert "18 chỉ tiêu của Vĩnh Phúc chờ quyết định từ 01/07/2025." in page
    assert page.count('class="table unit-figures"') == 1


def test_found_units_say_where_they_lie(client: Client) -> None:
    page = opened(client, "/units/?q=phuong phu tho")
    assert "Tỉnh Phú Thọ · mã 07942" in page


def test_the_reason_for_waiting_stands_once_for_each_unit(client: Client) -> None:
    page = opened(client, "/targets/")
    assert page.count("chờ cấp có thẩm quyền quyết định") == 3


@pytest.mark.parametrize(
    "address",
    [
        TWO_VALUES,
        f"/figures/dti_rank/{VINH_PHUC}/2024/",
        f"/figures/dti/{PHU_THO}/2024/",
        f"/dti/2024/{PHU_THO}/DTI/",
        "/targets/F020/",
        "/units/?q=phu tho",
    ],
)
def test_a_warm_page_asks_few_questions(client: Client, address: str) -> None:
    client.get(address)
    with CaptureQueriesContext(connection) as asked:
        client.get(address)
    assert len(asked) <= 15


def test_an_event_is_named_by_its_units_and_its_act(client: Client) -> None:
    merge = UnitLink.objects.filter(to_unit=PHU_THO).values_list("event", flat=True)[0]
    page = opened(client, f"/events/{merge}/")
    assert "Sáp nhập" in page
    assert "thành tỉnh Phú Thọ, 01/07/2025." in page
    assert "Căn cứ: Nghị quyết 202/2025/QH15." in page


def test_a_score_is_not_shown_as_a_place_among_many(client: Client) -> None:
    page = opened(client, f"/figures/dti/{VINH_PHUC}/2023/")
    assert "0,6598" in page
    assert "/63<" not in page
    assert "/63<" in opened(client, f"/figures/dti_rank/{VINH_PHUC}/2023/")


def test_a_pack_says_in_words_what_it_brought(client: Client) -> None:
    assert "Dòng số liệu" in opened(client, "/packs/vn-dti/")
    assert "Stored figures" in opened(client, "/packs/vn-dti/", "en")


def test_the_units_page_lists_changes_of_provinces_under_the_names_of_their_day(client: Client) -> None:
    page = opened(client, "/units/")
    assert "Sáp nhập tỉnh Bắc Giang, tỉnh Bắc Ninh thành tỉnh Bắc Ninh" in page
    assert "Đổi tên: Tỉnh Bắc Ninh → Thành phố Bắc Ninh" in page
    assert page.count("Nghị quyết 202/2025/QH15") == 23


def test_an_english_page_has_english_measures_and_unit_names(client: Client) -> None:
    page = opened(client, f"/figures/procedures_online/{OLD_HUNG_YEN}/2023/", "en")
    main = page[page.index("<main") :]
    assert "procedures</span>" in main
    assert "Hưng Yên province, 2023" in main
    assert "thủ tục</span>" not in main
    assert "Tỉnh Hưng Yên" not in main
