"""Site files: what is refused, and whether the message leads to the mistake."""

import pytest
from hypothesis import given, settings, strategies as st

from wattswarm.errors import InputError
from wattswarm.site import Site, load_site, parse_site

GOOD = """\
name: Test site
location:
  latitude: 52.1
  longitude: 5.1
  timezone: Europe/Amsterdam
nodes:
  - name: grid
    import_limit_kw: 150
stations:
  - name: north
    node: grid
    ports:
      - count: 2
        power_kw: 11
        efficiency: 0.94
  - name: south
    node: grid
    storage:
      capacity_kwh: 200
      power_kw: 100
"""


def refusal(text):
    """Return the message that a text is refused with."""
    with pytest.raises(InputError) as caught:
        parse_site(text, "site.yaml")
    return str(caught.value)


def outcome(text):
    """Return what becomes of a text: "a site", "refused by name", or the message that names no file."""
    try:
        parse_site(text, "site.yaml")
    except InputError as error:
        return "refused by name" if str(error).startswith("site.yaml") else str(error)
    return "a site"


def changed(old, new):
    assert old in GOOD
    return GOOD.replace(old, new, 1)


def test_a_good_file_becomes_a_site(tmp_path):
    file = tmp_path / "site.yaml"
    file.write_text(GOOD, "utf-8")
    site = load_site(file)
    assert isinstance(site, Site)
    assert site.stations[0].ports[0].power_kw == 11.0
    assert site == load_site(str(file)) == parse_site(GOOD, "anything")


def test_a_byte_order_mark_does_no_harm(tmp_path):
    file = tmp_path / "site.yaml"
    file.write_bytes(b"\xef\xbb\xbf" + GOOD.encode())
    assert load_site(file) == parse_site(GOOD, "")


@pytest.mark.parametrize(
    ("old", "new", "line", "field", "words"),
    [
        ("import_limit_kw: 150", "import_limit_kw: 200 kW", 8, "nodes[0].import_limit_kw", "write 200,"),
        ("import_limit_kw: 150", "import_limit_kw: 0.2 MW", 8, "nodes[0].import_limit_kw", "write 200,"),
        (
            "import_limit_kw: 150",
            "import_limit: 200 kW",
            8,
            "nodes[0].import_limit",
            "`import_limit_kw: 200`",
        ),
        ("import_limit_kw: 150", "import_limit_kw: 12,5", 8, "nodes[0].import_limit_kw", "write 12.5,"),
        ("import_limit_kw: 150", "import_limit_kw: true", 8, "nodes[0].import_limit_kw", "a number in kW"),
        ("import_limit_kw: 150", "import_limit_kw: .nan", 8, "nodes[0].import_limit_kw", "a number in kW"),
        ("import_limit_kw: 150", "import_limit_kw:", 8, "nodes[0].import_limit_kw", "empty"),
        ("import_limit_kw: 150", "import_limit_kw: -1", 8, "nodes[0].import_limit_kw", "at least 0"),
        ("power_kw: 11", "power_kw: 0", 14, "stations[0].ports[0].power_kw", "more than 0"),
        (
            "power_kw: 11",
            "minimum_kw: 12\n        power_kw: 11",
            13,
            "stations[0].ports[0]",
            "above power_kw",
        ),
        ("power_kw: 11", "kind: ac\n        power_kw: 11", 14, "stations[0].ports[0].kind", "'AC'?"),
        ("count: 2", "count: 2.5", 13, "stations[0].ports[0].count", "a whole number"),
        ("efficiency: 0.94", "efficiency: 94", 15, "stations[0].ports[0].efficiency", "write 0.94"),
        ("efficiency: 0.94", "efficiency: 94 %", 15, "stations[0].ports[0].efficiency", "write 0.94"),
        ("Amsterdam", "Amsterdan", 5, "location.timezone", "did you mean 'Europe/Amsterdam'?"),
        ("name: Test site", "name: 5", 1, "name", "quotes"),
        ("name: Test site", "name: x\ncurrency: euro", 2, "currency", "EUR"),
        ("name: Test site", "name: x\nstep_minutes: 7", 2, "step_minutes", "5, 10, 15, 20, 30 or 60"),
        ("    ports:\n", "    prots:\n", 12, "stations[0].prots", "did you mean 'ports'?"),
        ("  latitude: 52.1\n", "", 2, "location.latitude", "the field latitude is missing"),
        ("  longitude: 5.1", "  longitude: [5.1]", 4, "location.longitude", "not a valid number"),
        ("    storage:\n", "    storage: 3\n    solar:\n", 18, "stations[1].storage", "capacity_kwh"),
    ],
)
def test_a_wrong_field_is_named_with_its_line_and_what_was_expected(old, new, line, field, words):
    message = refusal(changed(old, new))
    assert f"site.yaml:{line}, {field}: " in message
    assert words in message


def test_a_misspelt_field_is_one_problem_not_two():
    message = refusal(changed("import_limit_kw: 150", "import_limit: 150"))
    assert message.startswith("site.yaml:8, nodes[0].import_limit:")
    assert "missing" not in message


def test_a_bad_member_does_not_make_its_list_too_short():
    assert "list" not in refusal(changed("power_kw: 11", "power_kw: eleven"))


def test_all_problems_are_reported_at_once_in_the_order_of_the_file():
    text = changed("power_kw: 11", "power_kw: -1").replace("52.1", "152.1").replace("200", "two hundred")
    message = refusal("tariff: {export_share: 2}\n" + text)
    assert message.startswith("site.yaml: 4 problems")
    places = [message.index(f"site.yaml:{line}, ") for line in (1, 4, 15, 20)]
    assert places == sorted(places)


def test_at_most_ten_problems_are_listed_and_the_rest_counted():
    message = refusal(GOOD + "".join(f"unknown{number}: 1\n" for number in range(13)))
    assert message.startswith("site.yaml: 13 problems")
    assert message.count("there is no such field here") == 10
    assert message.endswith("and 3 more")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "empty"),
        ("# only a comment\n", "empty"),
        ("- name: a list\n", "site.yaml:1: the file is not made of `field: value` lines"),
        ("just text", "not made of `field: value` lines"),
        ("name: a\nlocation:\n\tlatitude: 1\n", "site.yaml:3, column 1: a tab"),
        ("name: a: b\n", "site.yaml:1, column 8: this is not valid YAML"),
        ("name: [1, 2\n", "not valid YAML"),
        ("name: 'open\n", "not valid YAML"),
        ("name: *nothing\n", "site.yaml:1, column 7: this is not valid YAML"),
        ("name: a\n---\nname: b\n", "site.yaml:2, column 1: a second document"),
        ("name: \x00\n", "the text cannot be read as YAML"),
        ("? [a, b]\n: 1\n", "no plain name"),
        ("name: !!python/object:os.system x\n", "site.yaml:1, name: YAML tags are not allowed"),
        ("name: !secret x\n", "YAML tags are not allowed"),
        ('name: "\\ud800"\n', "surrogate"),
        ("[" * 5000, "nested too deeply"),
        ("a: " + "[" * 30 + "]" * 30, "levels deep"),
        ("a: &a [*a]\n", "site.yaml:1: the file expands"),
    ],
)
def test_what_is_no_site_file_is_refused_in_plain_words(text, words):
    assert words in refusal(text)


def test_a_field_that_stands_twice_is_named_with_both_lines():
    message = refusal(GOOD + "name: again\n")
    assert "name: this field appears twice: in line 1 and in line 21" in message
    message = refusal(changed("        power_kw: 11\n", "        power_kw: 11\n        power_kw: 22\n"))
    assert "stations[0].ports[0].power_kw: this field appears twice: in line 14 and in line 15" in message


def test_aliases_are_copied_but_a_bomb_of_them_is_refused():
    site = parse_site(
        changed("    node: grid\n    ports:\n", "    node: grid\n    ports: &row\n").replace(
            "    storage:", "    ports: *row\n    storage:"
        ),
        "site.yaml",
    )
    assert site.stations[1].ports == site.stations[0].ports
    bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    bomb += "".join(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]\n" for i in range(1, 9))
    assert "expands to more than a site can hold" in refusal(bomb)


@pytest.mark.parametrize("number", ["1e2", "100.0", "1_00", "0x64", "+100", "0o144"])
def test_numbers_may_be_written_in_any_yaml_way(number):
    site = parse_site(changed("import_limit_kw: 150", f"import_limit_kw: {number}"), "site.yaml")
    assert site.nodes[0].import_limit_kw == 100.0


@pytest.mark.parametrize("number", ["1" + "0" * 5000, "0x" + "f" * 90_000])
def test_numbers_without_end_are_refused(number):
    assert "not a valid number" in refusal(changed("import_limit_kw: 150", f"import_limit_kw: {number}"))


def test_yes_is_a_word_and_no_truth():
    message = refusal(changed("import_limit_kw: 150", "import_limit_kw: 150\n    phase_limits: yes"))
    assert "site.yaml:9, nodes[0].phase_limits" in message
    assert "write true" in message


def test_a_missing_file_is_answered_with_near_names(tmp_path):
    (tmp_path / "depot.yaml").write_text(GOOD, "utf-8")
    with pytest.raises(InputError, match=r"did you mean depot\.yaml\?"):
        load_site(tmp_path / "depto.yaml")
    with pytest.raises(InputError, match="there is no directory"):
        load_site(tmp_path / "nowhere" / "depot.yaml")


def test_a_directory_a_large_file_and_foreign_bytes_are_refused(tmp_path):
    with pytest.raises(InputError, match="directory"):
        load_site(tmp_path)
    large, foreign = tmp_path / "large.yaml", tmp_path / "foreign.yaml"
    large.write_text(GOOD + "#" * 1_000_000, "utf-8")
    with pytest.raises(InputError, match="at most 1 MB"):
        load_site(large)
    foreign.write_bytes("name: ok\nother: é\n".encode("latin-1"))
    with pytest.raises(InputError, match=r"foreign\.yaml:2: this byte is not valid UTF-8"):
        load_site(foreign)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, len(GOOD) - 1), st.text(max_size=6), st.integers(0, 6))
def test_any_damage_to_a_file_gives_a_site_or_an_input_error(at, inserted, removed):
    text = GOOD[:at] + inserted + GOOD[at + removed :]
    assert outcome(text) in ("a site", "refused by name")


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 19), st.sampled_from(["", "7", "x: y", "- 3", "null", "[]", "{}", "~: ~", "true", "'1'"])
)
def test_any_replaced_value_gives_a_site_or_an_input_error(row, value):
    lines = GOOD.splitlines()
    lines[row] = lines[row].split(":")[0] + ": " + value
    assert outcome("\n".join(lines)) in ("a site", "refused by name")
