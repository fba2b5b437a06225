"""What the commands say, beside the keys and columns: sample data, refusals, notes, names, where a value stands."""

from __future__ import annotations

import csv
import io
import json

import pytest

from tamdao.config.cli import run

pytestmark = pytest.mark.usefixtures("demo_db")
Capture = pytest.CaptureFixture[str]


def said(capsys: Capture, *arguments: str, code: int = 0) -> tuple[str, str]:
    """Standard output and standard error of a command that ends with `code`."""
    ended = run(list(arguments))
    shown = capsys.readouterr()
    assert ended == code, shown.err
    return shown.out, shown.err


# --- sample data -------------------------------------------------------------------------------------------


def test_sample_figures_are_never_called_official(capsys: Capture) -> None:
    asked = ("digital_economy_grdp", "26@2020-01-01", "2023", "--sample")
    for command in ("figure", "explain"):
        out, _ = said(capsys, command, *asked)
        assert "dữ liệu mẫu" in out
        assert "chính thức" not in out
        out, _ = said(capsys, command, *asked, "--lang", "en")
        assert "sample" in out
        assert "fficial" not in out
    out, _ = said(capsys, "figure", *asked, "--json")
    assert "chính thức" not in out


@pytest.mark.parametrize("form", ["text", "csv", "json"])
def test_targets_judged_by_sample_data_say_so_in_every_form(form: str, capsys: Capture) -> None:
    asked = ("targets", "--unit", "26@2020-01-01", "--at", "2024-06-30", "--sample", "--format", form)
    out, _ = said(capsys, *asked)
    if form == "json":
        reasons = [row["reason"] for row in json.loads(out)]
    elif form == "csv":
        reasons = [row["reason"] for row in csv.DictReader(io.StringIO(out))]
    else:
        reasons = out.strip().splitlines()
    resting = [reason for reason in reasons if "Kết quả" in reason and "hạng" not in reason]
    assert len(resting) > 10
    assert all("(dữ liệu mẫu)" in reason for reason in resting)
    on_a_line = [reason for reason in resting if "đường thẳng" in reason]
    assert on_a_line
    assert all("31/12/2020, dữ liệu mẫu)" in reason for reason in on_a_line)
    real = [reason for reason in reasons if "hạng 18" in reason or "hạng 44" in reason]
    assert not any("hạng 44 (dữ liệu mẫu)" in reason or "hạng 18 (dữ liệu mẫu)" in reason for reason in real)


# --- what scoring computes ------------------------------------------------------------------------------------


def test_dti_explain_opens_a_pillar_as_words_and_as_json(capsys: Capture) -> None:
    out, _ = said(capsys, "dti", "explain", "Vĩnh Phúc", "2024", "pillar:Chính quyền số")
    assert "Điểm nền tảng" in out
    out, _ = said(capsys, "dti", "explain", "25@2025-07-01", "2024", "--json")
    tree = json.loads(out)
    assert tree["kind"] == "points"
    assert "Tỉnh Phú Thọ" in tree["title"]["vi"]
    assert "Phú Thọ province" in tree["title"]["en"]
    out, _ = said(capsys, "dti", "explain", "Phú Thọ", "2024", "--map", "2025-07-01", "--lang", "en")
    assert "Rank 20 of 34" in out


@pytest.mark.parametrize(
    "arguments",
    [
        ["Atlantis", "2024"],
        ["Phú Thọ", "2024"],
        ["Vĩnh Phúc", "2019"],
        ["Vĩnh Phúc", "2024", "nothing"],
        ["Vĩnh Phúc", "2024", "--map", "2025-07-01"],
    ],
)
def test_dti_explain_refuses(arguments: list[str], capsys: Capture) -> None:
    out, err = said(capsys, "dti", "explain", *arguments, code=1)
    assert out == ""
    assert len(err.strip().splitlines()) >= 2


def test_a_pillar_that_scoring_computes_points_to_its_table(capsys: Capture) -> None:
    out, _ = said(capsys, "explain", "dti_pillar.government", "26@2020-01-01", "2024")
    assert "tamdao dti explain 26@2020-01-01 2024 'pillar:Chính quyền số' --map 2024-12-31" in out
    table, _ = said(capsys, "dti", "table", "--year", "2024", "--format", "json")
    rows = {(row["unit_name"], row["index"]): row for row in json.loads(table)["rows"]}
    cell = rows["Vĩnh Phúc", "pillar:Chính quyền số"]
    assert cell["score"].replace(".", ",") in out
    assert f"hạng {cell['rank']} trong 63" in out
    data = json.loads(said(capsys, "figure", "dti_pillar.government", "26@2020-01-01", "2024", "--json")[0])
    assert (data["state"], data["value"]) == ("missing", None)
    assert f"rank {cell['rank']} of 63" in data["explain"]["detail"]["en"]


def test_a_rank_on_another_map_points_to_its_table(capsys: Capture) -> None:
    out, _ = said(capsys, "figure", "dti_rank", "25@2025-07-01", "2024", code=1)
    assert "hạng 20 trong 34" in out
    assert "tamdao dti explain 25@2025-07-01 2024" in out


def test_what_was_recorded_earlier_points_nowhere(capsys: Capture) -> None:
    asked = ("figure", "dti_pillar.government", "26@2020-01-01", "2024", "--as-of", "2026-01-01")
    assert "DTI 2024 trên" not in said(capsys, *asked)[0]


# --- units --------------------------------------------------------------------------------------------------------


def test_targets_says_which_of_several_units_it_took(capsys: Capture) -> None:
    for text in ("Hưng Yên", "33"):
        out, err = said(capsys, "targets", "--unit", text, "--at", "2025-06-30")
        assert len(out.strip().splitlines()) == 14
        vi, en = err.strip().splitlines()
        assert "33@2020-01-01" in vi
        assert "33@2025-07-01" in vi
        assert "33@2020-01-01" in en
        assert "Hưng Yên province" in en
    assert said(capsys, "targets", "--unit", "33@2020-01-01", "--at", "2025-06-30")[1] == ""


def test_an_ambiguous_name_lists_every_candidate_of_the_highest_level(capsys: Capture) -> None:
    out, err = said(capsys, "targets", "--unit", "Phú Thọ", code=1)
    assert out == ""
    vi = err.splitlines()[0]
    assert "25@2020-01-01" in vi
    assert "25@2025-07-01" in vi
    assert "…" not in vi
    assert "Phường" not in vi


def test_a_name_of_many_communes_is_listed_whole(capsys: Capture) -> None:
    err = said(capsys, "targets", "--unit", "Tân Phú", "--map", "2025-07-01", code=1)[1]
    assert "…" not in err.splitlines()[0]


def test_targets_of_a_unit_that_is_not_on_the_map_are_refused_as_figures_are(capsys: Capture) -> None:
    asked = ("--map", "2025-07-01")
    of_figure = said(capsys, "figure", "dti", "Vĩnh Phúc", "2024", *asked, code=1)[1]
    assert said(capsys, "targets", "--unit", "Vĩnh Phúc", *asked, code=1) == ("", of_figure)
    assert "Không có trên địa giới ngày 01/07/2025" in of_figure
    by_id = said(capsys, "targets", "--unit", "26@2020-01-01", *asked, code=1)[1]
    assert "Không có trên địa giới ngày 01/07/2025" in by_id


def test_a_unit_without_targets_of_its_own_names_those_merged_into_it(capsys: Capture) -> None:
    out, err = said(capsys, "targets", "--unit", "25@2025-07-01")
    assert "chưa có chỉ tiêu riêng" in out
    assert "Tỉnh Vĩnh Phúc (26@2020-01-01, 18 chỉ tiêu)" in out
    assert err == ""
    out, err = said(capsys, "targets", "--unit", "25@2025-07-01", "--format", "csv")
    assert out.startswith("target_id,")
    assert len(out.splitlines()) == 1
    vi, en = err.strip().splitlines()
    assert "26@2020-01-01" in vi
    assert "Vĩnh Phúc province (26@2020-01-01, 18 targets)" in en
    assert json.loads(said(capsys, "targets", "--unit", "25@2025-07-01", "--format", "json")[0]) == []
    assert "chưa có chỉ tiêu" in said(capsys, "targets", "--unit", "01@2020-01-01")[0]


def test_titles_bear_the_name_of_the_map(capsys: Capture) -> None:
    data = json.loads(said(capsys, "figure", "dti", "Huế", "2024", "--json")[0])
    assert data["map"] == "2024-12-31"
    assert "Tỉnh Thừa Thiên Huế" in data["explain"]["title"]["vi"]
    data = json.loads(said(capsys, "figure", "dti", "24@2025-07-01", "2024", "--json")[0])
    assert data["map"] == "2025-07-01"
    assert "Tỉnh Bắc Ninh" in data["explain"]["title"]["vi"]
    now = said(capsys, "figure", "dti", "24@2025-07-01", "2024", "--map", "2026-11-01")[0]
    assert "Thành phố Bắc Ninh" in now
    assert "Tỉnh Thừa Thiên Huế" in said(capsys, "dti", "explain", "Huế", "2024")[0]


# --- judging and dates -----------------------------------------------------------------------------------------


def test_a_result_published_after_the_day_of_judgement_says_so(capsys: Capture) -> None:
    out, _ = said(capsys, "targets", "--unit", "26@2020-01-01", "--at", "2025-06-30")
    assert "hạng 20 (công bố 21/10/2025, sau ngày đánh giá)" in out
    out, _ = said(capsys, "targets", "--unit", "26@2020-01-01", "--at", "2025-06-30", "--lang", "en")
    assert "(published 21/10/2025, after the date of judgement)" in out


@pytest.mark.parametrize(
    "arguments",
    [
        ["figure", "dti", "Vĩnh Phúc", "2024", "--map", "soon"],
        ["figure", "dti", "Vĩnh Phúc", "2024", "--as-of", "2026-01-01T99:00"],
        ["targets", "--unit", "Vĩnh Phúc", "--at", "31/02/2025"],
        ["dti", "table", "--year", "2024", "--map", "abc"],
        ["dti", "explain", "Vĩnh Phúc", "2024", "--map", "abc"],
    ],
)
def test_a_date_that_cannot_be_read_is_a_command_not_understood(
    arguments: list[str], capsys: Capture
) -> None:
    out, err = said(capsys, *arguments, code=2)
    assert out == ""
    assert "không đọc được" in err
    assert "can't be read" in err


def test_as_of_comes_back_as_it_was_asked(capsys: Capture) -> None:
    asked = ("figure", "dti", "26@2020-01-01", "2024", "--json", "--as-of")
    assert json.loads(said(capsys, *asked, "2026-01-01")[0])["as_of"] == "2026-01-01"
    assert json.loads(said(capsys, *asked, "2026-11-22T10:00")[0])["as_of"] == "2026-11-22T10:00:00+07:00"


# --- refusals ---------------------------------------------------------------------------------------------------


def test_what_cannot_be_converted_is_printed_and_refused(capsys: Capture) -> None:
    for command in ("figure", "explain"):
        out, err = said(capsys, command, "dti_rank", "25@2025-07-01", "2021", code=1)
        assert "Không quy đổi được" in out
        vi, en = err.strip().splitlines()
        assert "Xếp hạng" in vi or "Hạng" in vi
        assert "26@2020-01-01" in vi
        assert "26@2020-01-01" in en
    asked = ("figure", "dti_rank", "25@2025-07-01", "2021", "--json")
    assert json.loads(said(capsys, *asked, code=1)[0])["state"] == "not_convertible"


def test_english_has_english_measures_and_names(capsys: Capture) -> None:
    out, _ = said(capsys, "figure", "procedures_online", "33@2020-01-01", "2023", "--lang", "en")
    assert "1,440 procedures" in out
    assert "Hưng Yên province" in out
    assert "Tỉnh" not in out
    out, _ = said(capsys, "targets", "--unit", "26@2020-01-01", "--at", "2025-07-01", "--lang", "en")
    assert "Vĩnh Phúc province ceased" in out
    assert "tỉnh" not in out


def test_levels_are_told_in_vietnamese(capsys: Capture) -> None:
    err = said(capsys, "figure", "dti", "VN@2020-01-01", "2024", code=1)[1]
    assert "chỉ có ở cấp tỉnh; Việt Nam là cấp cả nước" in err
    err = said(capsys, "dti", "table", "--year", "2019", code=1)[1]
    assert "cấp tỉnh" in err
    assert "province" not in err.splitlines()[0]


def test_a_level_without_an_edition_and_a_level_that_is_none(capsys: Capture) -> None:
    err = said(capsys, "dti", "table", "--year", "2024", "--level", "xyz", code=1)[1]
    assert "Không có cấp “xyz”" in err
    err = said(capsys, "dti", "table", "--year", "2024", "--level", "district", code=1)[1]
    assert "cấp huyện" in err
    assert "cấp tỉnh" in err
    assert "pack install" not in err


def test_places_of_published_values_lead_to_the_real_file(capsys: Capture) -> None:
    out, _ = said(capsys, "explain", "dti", "26@2020-01-01", "2024")
    assert "Tapdulieu/bang_1.csv, dòng “Vĩnh Phúc” năm 2024, cột DTI_Tong" in out
    assert "dti_scores.csv" not in out
    out, _ = said(capsys, "explain", "mobile_subscribers", "26@2020-01-01", "2022")
    assert "mã dữ kiện F028" in out
    assert "hơn 1.200.000 thuê bao" in out
