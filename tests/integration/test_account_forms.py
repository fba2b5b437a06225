"""What is wrong with a new password is told at once and in one language, also beside a wrong code."""

from __future__ import annotations

from html import unescape

import pytest
from django.test import Client

from tamdao.core.people.models import Person
from tests.integration.test_people_forms import faults

pytestmark = pytest.mark.django_db
PASSWORD = "bốn con trâu đi cày"


@pytest.fixture
def inside(client: Client) -> Client:
    Person.objects.create_person(username="vanthu.tinh", display_name="Văn thư tỉnh", password=PASSWORD)
    client.post("/accounts/login/", {"username": "vanthu.tinh", "password": PASSWORD})
    return client


def test_every_rule_a_new_password_breaks_is_told_in_vietnamese(inside: Client) -> None:
    sent = {"password": "sai", "new": "123456", "again": "1234567"}
    told = faults(inside.post("/account/password/", sent).content.decode())
    assert told["password"] == "Mật khẩu không đúng."
    for sentence in ("quá ngắn: cần từ 12 ký tự", "nhiều người dùng", "không được chỉ gồm chữ số"):
        assert sentence in told["new"], sentence
    assert told["again"] == "Hai lần nhập không giống nhau."
    alike = {"password": PASSWORD, "new": "vanthu.tinh.1", "again": "vanthu.tinh.1"}
    assert (
        "quá giống tên đăng nhập" in faults(inside.post("/account/password/", alike).content.decode())["new"]
    )
    obvious = {"password": PASSWORD, "new": "MatKhau@20262027", "again": "MatKhau@20262027"}
    assert "quá dễ đoán" in faults(inside.post("/account/password/", obvious).content.decode())["new"]


def test_an_empty_field_is_called_by_its_name(client: Client) -> None:
    told = faults(client.post("/accounts/login/", {"username": "", "password": ""}).content.decode())
    assert told == {"username": "Chưa điền: tên đăng nhập.", "password": "Chưa điền: mật khẩu."}


def test_a_wrong_code_is_told_together_with_a_bad_password(client: Client) -> None:
    page = client.post("/accounts/reset/", {"code": "sai", "new": "ngắn", "again": "ngắn"}).content.decode()
    told = faults(unescape(page))
    assert "Mã không đúng, đã dùng hoặc đã hết hạn" in told["code"]
    assert "quá ngắn" in told["new"]
