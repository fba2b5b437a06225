"""Every page: it opens, says what the data says, and refuses what it must."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tamdao.core.people.models import Person, RoleHolding
from tamdao.core.people.policy import Role
from tamdao.facts.models import Observation
from tamdao.modules.ioc.web import present

PHU_THO, VINH_PHUC, VINH_LONG = "25@2025-07-01", "26@2020-01-01", "86@2025-07-01"
TODAY = date(2026, 11, 22)


@pytest.fixture(autouse=True)
def _today(demo_db: None, hold_today: Any) -> None:
    hold_today(TODAY)


def person(role: Role, unit: str, name: str = "") -> Client:
    """A browser in which someone with this role is signed in."""
    made = Person.objects.create_person(username=name or f"{role}.{unit}", display_name=f"{role} (thử)")
    RoleHolding.objects.create(person=made, role=role, unit_id=unit, from_date=date(2025, 7, 1))
    client = Client()
    client.force_login(made)
    return client


def opened(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, address
    return response.content.decode()


PUBLIC_PAGES = [
    "/",
    f"/?unit={VINH_PHUC}",
    f"/?unit={VINH_PHUC}&at=2025-06-30",
    f"/?unit={PHU_THO}",
    "/?unit=01@2020-01-01",
    "/targets/",
    f"/targets/?unit={VINH_PHUC}&pillar=economy&state=awaiting_decision&q=kinh te so",
    "/targets/F020/",
    "/targets/F002/?at=2025-06-30",
    "/indicators/",
    "/indicators/?q=dien thoai",
    "/indicators/dti/",
    f"/indicators/dti_rank/?unit={VINH_PHUC}",
    f"/figures/dti_rank/{VINH_PHUC}/2024/",
    f"/figures/dti/{PHU_THO}/2024/?fragment=1",
    f"/dti/2024/{PHU_THO}/DTI/",
    f"/dti/2024/{VINH_PHUC}/pillar:Kinh tế số/?fragment=1",
    "/dti/",
    f"/dti/?year=2024&map=2025-07-01&unit={PHU_THO}",
    "/dti/?year=2020",
    "/dti/?year=2021&index=main:Thể chế số",
    "/units/",
    "/units/?q=phu tho",
    f"/units/{PHU_THO}/",
    f"/units/{VINH_PHUC}/",
    f"/units/{PHU_THO}/children/",
    f"/units/{PHU_THO}/children/?fragment=1",
    "/search/",
    "/search/?q=vinh phuc",
    "/search/?q=zzzz",
    "/search/suggest/?q=dti",
    "/wall/",
    f"/wall/?unit={PHU_THO}",
]


@pytest.mark.parametrize("address", PUBLIC_PAGES)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_public_pages_open_in_both_languages(client: Client, address: str, language: str) -> None:
    client.cookies["django_language"] = language
    response = client.get(address)
    assert response.status_code == 200
    assert response.headers["Content-Language"] == language


@pytest.mark.parametrize(
    "address",
    [
        "/targets/NO/",
        "/indicators/no_such/",
        f"/figures/no_such/{VINH_PHUC}/2024/",
        "/figures/dti/99@2020-01-01/2024/",
        "/units/99@2020-01-01/",
        "/documents/no-such/",
        "/observations/999999/",
        "/events/no-such/",
        "/sources/no-such/",
        "/packs/no-such/",
        "/dti/editions/no-such/",
        "/dti/?map=2019-12-31",
        f"/dti/0/{VINH_PHUC}/DTI/",
        f"/dti/99999/{VINH_PHUC}/DTI/",
        f"/dti/2019/{VINH_PHUC}/DTI/",
    ],
)
def test_absent_records_are_404_with_a_sentence(client: Client, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 404, response.status_code
    assert "<h1>" in response.content.decode()


@pytest.mark.parametrize(
    "address",
    [
        "/?at=31-31-2025",
        "/dti/?year=abcd",
        f"/figures/dti/{VINH_PHUC}/20245/",
        "/search/?q=%00",
        "/documents/a%00b/",
    ],
)
def test_malformed_addresses_are_refused_with_a_sentence(client: Client, address: str) -> None:
    response = client.get(address)
    assert 400 <= response.status_code < 500
    assert "<h1>" in response.content.decode()


def test_a_year_without_an_edition_is_told_with_the_years_that_have_one(client: Client) -> None:
    response = client.get("/dti/?year=2019")
    assert 400 <= response.status_code < 500
    assert "Không có bộ chỉ số DTI cho năm đánh giá 2019" in response.content.decode()


def test_a_day_before_the_first_map_is_refused_once_and_not_remembered_against_the_reader(
    client: Client,
) -> None:
    asked = client.get(reverse("choose_map"), {"map": "2015-01-01", "next": "/targets/"})
    assert client.get(asked.headers["Location"]).status_code == 404
    for address in ("/", "/dti/", f"/units/{PHU_THO}/", "/search/?q=dti"):
        opened(client, address)


def test_preferences_change_by_post_only_and_stay_in_the_house(client: Client) -> None:
    assert client.get(reverse("set_compare")).status_code == 405
    response = client.post(
        reverse("set_compare"), {"unit": [PHU_THO, "x", ""], "next": "https://elsewhere.example/"}
    )
    assert response.status_code == 302
    assert response.headers["Location"] == "/"
    assert client.cookies["tamdao_compare"].value == PHU_THO


# --- what the pages say ------------------------------------------------------------------------------------


def test_the_leader_of_phu_tho_sees_first_that_vinh_phucs_targets_wait() -> None:
    page = opened(person(Role.LEADER, PHU_THO), "/")
    assert "chỉ tiêu của Vĩnh Phúc chờ quyết định từ 01/07/2025" in page
    first = page[page.index('class="attention"') :]
    assert "18 chỉ tiêu của Vĩnh Phúc chờ quyết định từ 01/07/2025." in first[:900]
    assert "Rà soát" in first[:1800]
    assert "chưa phân công" in first[:1800]
    assert page.count('<span class="dot') <= 5


def test_the_responsible_person_is_named() -> None:
    made = Person.objects.create_person(username="giamdoc", display_name="Giám đốc Sở (thử)")
    RoleHolding.objects.create(person=made, role=Role.DIRECTOR, unit_id=PHU_THO, from_date=date(2025, 7, 1))
    assert "Giám đốc Sở (thử)" in opened(person(Role.LEADER, PHU_THO), "/")


def test_vinh_phuc_as_it_was_before_the_merger() -> None:
    page = opened(person(Role.LEADER, PHU_THO), f"/?unit={VINH_PHUC}&at=2025-06-30")
    assert "Kết quả năm 2024 là hạng 20" in page
    for rank in ("55", "12", "18", "44", "20"):
        assert f">{rank}</text>" in page
    assert page.count("bộ chỉ số khác") == 2


def test_news_since_the_last_visit(hold_today: Any) -> None:
    client = person(Role.LEADER, PHU_THO)
    first = opened(client, "/")
    assert "Hệ thống đang có" in first
    assert "dòng" not in first  # what it means, not how many rows
    hold_today(date(2026, 11, 23))
    client.force_login(Person.objects.get(username=f"leader.{PHU_THO}"))
    later = opened(client, "/")
    assert "Từ lần mở trước" in later
    assert "Không có số liệu, chỉ tiêu hay thay đổi đơn vị nào mới" in later


@pytest.mark.parametrize(("unit", "count"), [(VINH_PHUC, 18), ("33@2020-01-01", 14), ("83@2020-01-01", 23)])
def test_the_three_provinces_open_with_their_targets(client: Client, unit: str, count: int) -> None:
    page = opened(client, f"/targets/?unit={unit}")
    assert f"{count} trong {count} chỉ tiêu" in page
    assert "0%" not in page.replace("100%", "").replace("50%", "").replace("60%", "").replace(
        "70%", ""
    ).replace("80%", "").replace("90%", "").replace("20%", "").replace("10%", "").replace("30%", "").replace(
        '"0%"', ""
    )


def test_the_analyst_sees_gaps_disagreements_and_what_was_loaded() -> None:
    page = opened(person(Role.ANALYST, PHU_THO), "/")
    assert "12,67%" in page
    assert "14,26%" in page
    assert "53</a> trong 55 chỉ tiêu chưa có số thực hiện" in page
    assert "/packs/vn-dti/" in page
    # results of 2025 are overdue for all of today's provinces
    assert "34 đơn vị" in page
    assert "326 ngày" in page


def test_a_person_with_two_posts_chooses_between_them() -> None:
    client = person(Role.LEADER, PHU_THO, name="hai")
    made = Person.objects.get(username="hai")
    RoleHolding.objects.create(person=made, role=Role.ANALYST, unit_id=PHU_THO, from_date=date(2025, 7, 1))
    assert "Cần xem xét" in opened(client, "/")
    client.post(reverse("switch_role"), {"post": f"analyst:{PHU_THO}", "next": "/"})
    assert "Nguồn không khớp" in opened(client, "/")


@pytest.mark.parametrize("role", [Role.OFFICER, Role.DIRECTOR])
def test_staff_have_an_empty_list_that_says_what_will_come(role: Role) -> None:
    page = opened(person(role, PHU_THO), "/")
    assert "Chưa có đợt thu thập nào đang mở" in page
    assert "Khi một đợt thu thập mở" in page
    # the head of a department answers for the matters of the province, an officer does not
    assert ("Do ông/bà phụ trách" in page) == (role == Role.DIRECTOR)


def test_the_wall_names_kinds_of_scores_and_reloads_without_javascript(client: Client) -> None:
    page = opened(client, f"/wall/?unit={PHU_THO}")
    assert "Trụ cột Chính quyền số" in page
    assert "Chỉ số chính Hạ tầng số" in page
    assert '<noscript><meta http-equiv="refresh" content="300"></noscript>' in page
    assert 'data-wall="300"' in page
    assert 'class="spark"' in page
    assert 'class="trend"' in page


@dataclass(frozen=True)
class Noted:
    note: str


def test_a_reason_shared_by_all_cards_is_said_once_and_one_of_some_on_each() -> None:
    cards: list[dict[str, Any]] = [{"view": Noted("chờ")}, {"view": Noted("chờ")}]
    assert present.shared_note(cards) == ([{"view": Noted("")}] * 2, "chờ")
    some = [*cards, {"view": Noted("")}]
    assert present.shared_note(some) == (some, "")


def test_the_dti_page_knows_both_maps(client: Client) -> None:
    after = opened(client, f"/dti/?year=2024&map=2025-07-01&unit={PHU_THO}")
    assert "đứng đầu 34 tỉnh, thành phố" in after
    assert ">20</a>" in after
    before = opened(client, "/dti/?year=2024&map=2025-06-30")
    assert "đứng đầu 63 tỉnh, thành phố" in before
    assert before.count('<tr class="') == 63
    assert before.count('class="region') == 63
    assert after.count('class="region') == 34


def test_the_table_downloads_as_csv(client: Client) -> None:
    response = client.get("/dti/table.csv?year=2024&map=2025-07-01")
    lines = response.content.decode("utf-8-sig").splitlines()
    assert lines[0] == "unit_code,unit_name,index,score,rank"
    assert sum(",DTI," in line for line in lines) == 34
    assert "25,Phú Thọ,DTI,0.6973,20" in lines


def test_search_ignores_diacritics_and_finds_every_kind(client: Client) -> None:
    page = opened(client, "/search/?q=chuyen doi so")
    for path in ("/targets/", "/indicators/"):
        assert f'href="{path}' in page
    assert f'href="/units/{VINH_PHUC}/"' in opened(client, "/search/suggest/?q=vinh phuc")


def test_what_sample_packs_brought_is_named_only_where_samples_are_shown(client: Client) -> None:
    for address, name in (
        ("/search/?q=du lieu mau", 'href="/documents/du-lieu-mau/'),
        ("/search/?q=theo quy", "sample_dossiers_online_quarter"),
        ("/indicators/?q=theo quy", "sample_dossiers_online_quarter"),
    ):
        assert name not in opened(client, address)
        assert name in opened(client, f"{address}&sample=1")


def test_english_pages_call_units_in_english(client: Client) -> None:
    client.cookies["django_language"] = "en"
    assert "Phú Thọ province</a>" in opened(client, f"/units/{VINH_PHUC}/")
    assert "Vĩnh Phúc province promised" in opened(client, f"/?unit={VINH_PHUC}")
    assert "Phú Thọ province ranks" in opened(client, f"/dti/?unit={PHU_THO}&year=2024")


def test_signing_in_is_asked_and_refused_in_vietnamese(client: Client) -> None:
    page = opened(client, "/accounts/login/")
    assert "Tên đăng nhập</label>" in page
    refused = client.post("/accounts/login/", {"username": "khong.co", "password": "sai"})
    assert "Tên đăng nhập hoặc mật khẩu không đúng." in refused.content.decode()


def test_a_new_province_opens_to_its_parents(client: Client) -> None:
    page = opened(client, f"/units/{PHU_THO}/")
    for parent in (VINH_PHUC, "17@2020-01-01", "25@2020-01-01"):
        assert f'href="/units/{parent}/"' in page


# --- sample data -------------------------------------------------------------------------------------------


def sample_row() -> Observation:
    found = Observation.objects.filter(source__sample=True, unit=VINH_PHUC).first()
    assert found is not None
    return found


def test_a_reason_stands_above_the_cards_only_where_all_of_them_share_it(client: Client) -> None:
    waiting = opened(client, f"/?unit={VINH_PHUC}")
    assert "Lý do chung:" in waiting
    # one of 18 is judged: the card with it has another reason
    assert "Lý do chung:" not in opened(client, f"/?unit={VINH_PHUC}&at=2025-06-30")


def test_sample_data_is_absent_until_the_switch_is_on(client: Client) -> None:
    row = sample_row()
    assert client.get(f"/observations/{row.pk}/").status_code == 404
    assert client.get(f"/observations/{row.pk}/?sample=1").status_code == 200
    plain = opened(client, f"/?unit={VINH_PHUC}&at=2025-06-30")
    assert "sample-mark" not in plain
    shown = opened(client, f"/?unit={VINH_PHUC}&at=2025-06-30&sample=1")
    assert "dữ liệu mẫu" in shown
    assert "sample-mark" in shown
    assert "đang hiện dữ liệu mẫu" in shown


def test_an_address_with_sample_hands_the_switch_on_to_its_links(client: Client) -> None:
    page = opened(client, f"/targets/?unit={VINH_PHUC}&at=2025-06-30&sample=1")
    assert "/targets/F002/?at=2025-06-30&amp;sample=1" in page


# --- cost --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "most"),
    [
        ("/", 15),
        (f"/?unit={VINH_PHUC}", 15),
        ("/targets/", 15),
        ("/indicators/", 15),
        (f"/indicators/dti_rank/?unit={VINH_PHUC}", 15),
        ("/dti/?map=2025-07-01", 15),
        (f"/units/{PHU_THO}/", 15),
        ("/search/?q=vinh phuc", 15),
        (f"/wall/?unit={PHU_THO}", 15),
        (f"/dti/2024/{PHU_THO}/DTI/", 15),
    ],
)
def test_a_warm_page_asks_few_questions(client: Client, address: str, most: int) -> None:
    client.get(address)
    with CaptureQueriesContext(connection) as asked:
        client.get(address)
    assert len(asked) <= most


def test_the_leaders_home_asks_few_questions() -> None:
    client = person(Role.LEADER, PHU_THO)
    client.get("/")
    with CaptureQueriesContext(connection) as asked:
        client.get("/")
    assert len(asked) <= 15
