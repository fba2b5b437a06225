"""The words of the pages: states, pillars, comparators, kinds. Pure; both languages side by side."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from tamdao.kit.dates import format_date
from tamdao.kit.messages import Message

# Worst news a leader must act on first; the order of counts in sentences and of segments in bars.
STATES: tuple[str, ...] = (
    "met",
    "on_course",
    "behind",
    "missed",
    "no_result_yet",
    "awaiting_decision",
    "no_data",
)

STATE_WORDS: Mapping[str, Message] = {
    "met": Message("Đạt", "Met"),
    "on_course": Message("Đúng tiến độ", "On course"),
    "behind": Message("Chậm", "Behind"),
    "missed": Message("Không đạt", "Missed"),
    "no_result_yet": Message("Chưa có kết quả", "No result yet"),
    "no_data": Message("Chưa có số", "No data"),
    "awaiting_decision": Message("Chờ quyết định", "Awaiting a decision"),
}

# The same states as a sentence counts them: "2 đã đạt, 1 chậm".
STATE_COUNTS: Mapping[str, Message] = {
    "met": Message("đã đạt", "met"),
    "on_course": Message("đúng tiến độ", "on course"),
    "behind": Message("chậm", "behind"),
    "missed": Message("không đạt", "missed"),
    "no_result_yet": Message("chưa có kết quả của năm hạn", "without the deadline year's result"),
    "no_data": Message("chưa có số", "without data"),
    "awaiting_decision": Message("chờ quyết định", "awaiting a decision"),
}

PILLARS: tuple[str, ...] = ("overall", "foundation", "government", "economy", "society")

PILLAR_WORDS: Mapping[str, Message] = {
    "overall": Message("Chung", "Overall"),
    "foundation": Message("Nền tảng chung", "Common foundation"),
    "government": Message("Chính quyền số", "Digital government"),
    "economy": Message("Kinh tế số", "Digital economy"),
    "society": Message("Xã hội số", "Digital society"),
}

COMPARATORS: Mapping[str, Message] = {
    ">=": Message("từ {value} trở lên", "at least {value}"),
    ">": Message("trên {value}", "above {value}"),
    "<=": Message("không quá {value}", "at most {value}"),
    "<": Message("dưới {value}", "below {value}"),
    "=": Message("đạt {value}", "reach {value}"),
    "exactly": Message("đúng {value}", "exactly {value}"),
    "keep": Message("giữ {value}", "keep {value}"),
}

SOURCE_KINDS: Mapping[str, Message] = {
    "machine": Message("từ hệ thống", "from a system"),
    "form": Message("từ biểu nhập", "from a form"),
    "document": Message("từ văn bản", "from a document"),
    "sample": Message("dữ liệu mẫu", "sample data"),
    "": Message("nhiều nguồn", "several sources"),
}

OBSERVATION_KINDS: Mapping[str, Message] = {
    "plan": Message("kế hoạch", "plan"),
    "estimate": Message("ước tính", "estimate"),
    "preliminary": Message("sơ bộ", "preliminary"),
    "official": Message("chính thức", "official"),
    "revised": Message("đã điều chỉnh", "revised"),
}

FIGURE_STATES: Mapping[str, Message] = {
    "reported": Message("số công bố", "published"),
    "converted": Message("quy đổi theo địa giới", "converted to this map"),
    "computed": Message("tính theo công thức", "computed by formula"),
    "missing": Message("chưa có số", "no data"),
    "not_applicable": Message("không áp dụng", "not applicable"),
    "rejected": Message("không được công nhận", "rejected"),
    "not_convertible": Message("không quy đổi được", "not convertible"),
    "not_known": Message("không biết trên địa giới này", "not known on this map"),
}

DIRECTIONS: Mapping[str, Message] = {
    "up": Message("càng cao càng tốt", "higher is better"),
    "down": Message("càng thấp càng tốt", "lower is better"),
    "none": Message("không xét tăng hay giảm", "no better direction"),
}

FREQUENCIES: Mapping[str, Message] = {
    "year": Message("hằng năm", "yearly"),
    "half": Message("nửa năm", "half-yearly"),
    "quarter": Message("hằng quý", "quarterly"),
    "month": Message("hằng tháng", "monthly"),
    "day": Message("hằng ngày", "daily"),
}

CONVERSION_RULES: Mapping[str, Message] = {
    "sum": Message("cộng các đơn vị cũ", "sum of the old units"),
    "mean": Message("bình quân đơn giản các đơn vị cũ", "plain mean of the old units"),
    "weighted_mean": Message("bình quân gia quyền theo chỉ số khác", "mean weighted by another indicator"),
    "max": Message("lấy giá trị lớn nhất", "the largest value"),
    "none": Message("không quy đổi được sang địa giới khác", "not convertible to another map"),
}

EVENT_KINDS: Mapping[str, Message] = {
    "merge": Message("Sáp nhập", "Merger"),
    "split": Message("Chia tách", "Split"),
    "transfer": Message("Điều chỉnh địa giới", "Transfer"),
    "abolish": Message("Kết thúc hoạt động", "Abolition"),
    "create": Message("Thành lập", "Creation"),
    "rename": Message("Đổi tên", "Renaming"),
    "recode": Message("Đổi mã", "Recoding"),
    "reparent": Message("Chuyển cấp quản lý", "Change of parent"),
}

# What a data pack brings, as its page counts it.
PACK_KINDS: Mapping[str, Message] = {
    "documents": Message("Văn bản, nguồn gốc", "Source documents"),
    "editions": Message("Bộ chỉ số", "Index editions"),
    "indicators": Message("Số liệu trong danh mục", "Indicators"),
    "levels": Message("Cấp hành chính", "Levels of units"),
    "measures": Message("Đơn vị tính", "Units of measure"),
    "observations": Message("Dòng số liệu", "Stored figures"),
    "sources": Message("Nguồn số liệu", "Sources of figures"),
    "target_bases": Message("Mốc xuất phát của chỉ tiêu", "Bases of targets"),
    "target_links": Message("Liên kết chỉ tiêu với số đo", "Links from targets to measures"),
    "targets": Message("Chỉ tiêu", "Targets"),
    "unit_events": Message("Thay đổi đơn vị hành chính", "Changes of units"),
    "units": Message("Đơn vị hành chính qua các thời kỳ", "Units with their versions"),
}

DOCUMENT_KINDS: Mapping[str, Message] = {
    "law": Message("Luật", "Law"),
    "decree": Message("Nghị định", "Decree"),
    "decision": Message("Quyết định", "Decision"),
    "resolution": Message("Nghị quyết", "Resolution"),
    "plan": Message("Kế hoạch", "Plan"),
    "news": Message("Tin báo chí", "News"),
    "dataset": Message("Tập dữ liệu", "Dataset"),
    "software": Message("Phần mềm", "Software"),
    "statistics": Message("Thống kê", "Statistics"),
}

CHANGE_AGAINST: Mapping[str, Message] = {
    "previous": Message("so với kỳ trước", "against the previous period"),
    "same_period_last_year": Message("so với cùng kỳ năm trước", "against the same period last year"),
    "plan": Message("so với kế hoạch", "against plan"),
}

KNOWN: Mapping[str, Message] = {
    "known": Message("theo văn bản", "from the document"),
    "derived": Message("suy ra và đã kiểm tra", "derived and checked"),
    "hypothesis": Message("giả thiết, chưa xác nhận", "hypothesis, not confirmed"),
    "unknown": Message("chưa rõ", "unknown"),
}

ROLES: Mapping[str, Message] = {
    "leader": Message("Lãnh đạo", "Leader"),
    "analyst": Message("Chuyên viên tổng hợp", "Analyst"),
    "director": Message("Lãnh đạo Sở", "Head of department"),
    "officer": Message("Công chức", "Officer"),
    "unit_admin": Message("Quản trị đơn vị", "Unit administrator"),
    "auditor": Message("Người kiểm tra", "Auditor"),
    "admin": Message("Quản trị hệ thống", "System administrator"),
}

NOBODY = Message("chưa phân công", "nobody assigned yet")


def day(value: date) -> Message:
    """A date, dd/mm/yyyy in both languages."""
    return Message(format_date(value), format_date(value))


def word(table: Mapping[str, Message], key: str) -> Message:
    """The words for `key`; a key this release does not know is shown as it is rather than hidden."""
    return table.get(key) or Message(key, key)


def promised(comparator: str, value: Message, *, measure_is_rank: bool) -> Message:
    """What a target promises: "trên 75%", "thuộc nhóm 15"."""
    if measure_is_rank and comparator in ("<=", "="):
        return Message(f"thuộc nhóm {value.vi} dẫn đầu", f"among the leading {value.en}")
    pattern = word(COMPARATORS, comparator)
    return Message(pattern.vi.format(value=value.vi), pattern.en.format(value=value.en))
