"""What pyxform complains of, by the words it uses, and what the author of the form is told instead."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeAlias

from dialogs.form.proofreading import NAME_RULE, near
from dialogs.form.rows import Rows
from dialogs.form.types import nearest_type

Told: TypeAlias = tuple[str, str]  # cause, remedy
Teller: TypeAlias = Callable[[re.Match[str], Rows], Told]


def _unknown_name(match: re.Match[str], rows: Rows) -> Told:
    column, name = match["column"], match["name"]
    names = dict.fromkeys(row.name for row in rows.survey if row.name)
    return f"`{column}` names `{name}`, which no row defines.", near(name, names, f"Add a row named `{name}`.")


def _unknown_type(match: re.Match[str], _rows: Rows) -> Told:
    return f"`{match['type']}` is no question type.", nearest_type(match["type"])


def _unknown_list(match: re.Match[str], rows: Rows) -> Told:
    lists = dict.fromkeys(choice.list_name for choice in rows.choices if choice.list_name)
    cause = f"The choices sheet has no list called `{match['list']}`."
    return cause, near(match["list"], lists, "Add its choices, each with this `list_name`.")


def _no_survey(match: re.Match[str], _rows: Rows) -> Told:
    similar = re.search(r"similar names were found: '([^']+)'", match.string)
    if similar:
        return f"There is no survey sheet, but one called `{similar[1]}`.", "Rename it to `survey`."
    return "There is no survey sheet.", "Name the sheet, or the Markdown table, `survey`."


def _no_external_choices(match: re.Match[str], _rows: Rows) -> Told:
    similar = re.search(r"similar names were found: '([^']+)'", match.string)
    if similar:
        return f"There is no external_choices sheet, but one called `{similar[1]}`.", "Rename it to `external_choices`."
    return "There is no external_choices sheet.", "Add it, or write `select_one`."


def _several_rows(match: re.Match[str], rows: Rows) -> Told:
    name = match["q"]
    if name == rows.settings.get("name", "data") and sum(row.name == name for row in rows.survey) == 1:
        remedy = "Rename the row, or give the form another name in the column `name` of the settings sheet."
        return f"`{name}` is named in an expression, and the whole form is called so too.", remedy
    cause = f"`{name}` is named in an expression, and several rows define it."
    return cause, "Give each of them a name of its own."


def _says(cause: str, remedy: str) -> Teller:
    """The named parts of the match fill the braces."""
    return lambda match, _rows: (cause.format(**match.groupdict()), remedy.format(**match.groupdict()))


_LABEL = "Fill in `label`, or make it a `calculate` or `hidden` row if nobody is to see it."
_BAD_NAME = _says("What stands in `{column}` cannot be a name.", NAME_RULE)
_RANGE = r"For the 'range' question type, the parameter '(?P<name>\w+)' "
_SAVE_TO = "`save_to` of this row cannot be used: "
_PARAMETER = r"[Pp]arameter '?(?P<name>[\w-]+)'?"

COMPLAINTS: tuple[tuple[str, Teller], ...] = (
    # references
    (r"the '(?P<column>[^']+)' value is invalid.*Could not find the name '(?P<name>[^']+)'", _unknown_name),
    (r"(?P<column>\S+).*There is no survey element named '(?P<name>[^']+)'", _unknown_name),
    (r"There are multiple survey elements named '(?P<q>[^']+)'", _several_rows),
    (
        r"the '(?P<column>[^']+)' value is invalid.*The name '(?P<name>[^']+)' appears more than once",
        _says("`{column}` names `{name}`, which several rows define.", "Give each of those rows a name of its own."),
    ),
    (
        r"the '(?P<column>[^']+)' value is invalid.*Reference variables must start with",
        _says("`{column}` has a `${{` that holds no name.", "Write it as ${{name}}."),
    ),
    (
        r"the '(?P<column>[^']+)' value is invalid.*must have a comma between",
        _says("`{column}` names several questions without commas.", "Write ${{first}}, ${{second}}."),
    ),
    (
        r"question \$\{(?P<q>[^}]+)\} is not user-visible so it can't be used as a calculation trigger for "
        r"question \$\{(?P<target>[^}]+)\}",
        _says("`{q}` triggers `{target}`, and nobody is shown it.", "Name a question that is asked in `trigger`."),
    ),
    # types and names
    (r"Unknown question type '(?P<type>[^']+)'", _unknown_type),
    (r"List name not in (?:external )?(?:choices|columns) sheet: (?P<list>.+?)\s*$", _unknown_list),
    (r"external_choices sheet", _no_external_choices),
    (
        r"the '(?P<column>[^']+)' value is invalid\. Column headers must not be empty",
        _says("The column `{column}` has a space in its name.", "Write an underscore for it."),
    ),
    (r"the '(?P<column>[^']+)' value is invalid\. Names must begin", _BAD_NAME),
    (r"The '(?P<column>[^']+)' value is invalid\. Names must begin", _BAD_NAME),
    (
        r"the 'name' value '(?P<name>[^']+)' is invalid\. Questions, groups, and repeats must be unique",
        _says("`{name}` is the name of two rows in the same group.", "Rename one of them."),
    ),
    (
        r"the 'name' value '(?P<name>[^']+)' is invalid\. Repeat names must",
        _says("The repeat `{name}` has a name that something else has.", "Rename it."),
    ),
    (r"The name 'meta' is reserved", _says("The name `meta` is kept for the form's own data.", "Rename the row.")),
    (r"(?:Question|group) with no name", _says("The row has no name.", "Give it a name that no other row has.")),
    (r"Question with no type", _says("The row has no type.", "Fill in `type`, or take the row out.")),
    (r"Audits must always be named", _says("An `audit` row has a name.", "Leave its name blank.")),
    (r"survey element named '(?P<q>[^']+)' has no label or hint", _says("`{q}` has no label.", _LABEL)),
    (
        r"big-image, you must also specify an image for the survey element named (?P<q>[^\s]+)\.",
        _says("`{q}` has a `big-image` and no `image`.", "Fill in `image`, or take `big-image` out."),
    ),
    (r"Missing calculation", _says("A calculate has no calculation.", "Fill in `calculation`, or take the row out.")),
    # groups
    (
        r"Unmatched 'end_(?P<kind>\w+)'",
        _says("`end {kind}` closes nothing.", "Take it out, or add the `begin {kind}` it belongs to."),
    ),
    (
        r"Unmatched 'begin_(?P<kind>\w+)'.*for the name '(?P<name>[^']+)'",
        _says("`begin {kind}` of `{name}` is never closed.", "Add `end {kind}` after its last question."),
    ),
    (
        r"Repeat loop without list name",
        _says("A `begin loop` names no list.", "Write `begin loop over list_name`, or `begin repeat`."),
    ),
    (
        r"list names don't match: (?P<list>\S+) vs\. (?P<other>\S+)",
        _says("A `table-list` group mixes `{list}` and `{other}`.", "Use one list in it, or make two groups."),
    ),
    (
        r"Choice filter not supported for table-list",
        _says("A question of a `table-list` group has a `choice_filter`.", "Take the filter out, or `table-list`."),
    ),
    # choices
    (
        r"Choice names must be unique",
        _says("Two choices of one list have the same name.", "Rename one of them, or take it out."),
    ),
    (r"Choices must have a name", _says("The choice has no name.", "Fill in `name`.")),
    (r"Choices should have a label", _says("The choice has no label.", "Fill in `label`.")),
    (
        r"Choice names with spaces.*See \[(?P<choice>.*)\] in \[(?P<list>.*)\]",
        _says("The name `{choice}` has a space, and the list takes several choices.", "Write an underscore for it."),
    ),
    (
        r"Choice filter not supported with or_other",
        _says("The question has both `or_other` and a `choice_filter`.", "Add `other` to its list, and a text row."),
    ),
    (
        r"Please specify choices for this 'or other'",
        _says("A list from a file cannot take `or_other`.", "Add `other` to the file, and a text question."),
    ),
    (
        r"(?:should be a choices sheet|choices for this question)",
        _says("No choices can be read.", "The choices sheet needs the columns `list_name`, `name` and `label`."),
    ),
    (
        r"File name for '\S+ (?P<list>\S*)' should end with",
        _says("`{list}` is no file that holds a list.", "Name a .csv, .xml or .geojson file."),
    ),
    (
        r"Question '(?P<q>[^']+)' is a select from file type, using 'search\(\)'",
        _says("`{q}` takes its list from a file twice.", "Take `search()` out of `appearance`."),
    ),
    (
        r"Question '(?P<q>[^']+)' uses 'search\(\)'.*choice list name '(?P<name>[^']+)'",
        _says("`{q}` searches a file with the list `{name}`, which others use as it is.", "Give it a list of its own."),
    ),
    (
        r"Arguments 'itemset' and 'list_name'",
        _says("A select names no list.", "Write the list's name after its type: `select_one list_name`."),
    ),
    # sheets and columns
    (r"must have a sheet named", _no_survey),
    (
        r"This section has not been included",
        _says("An `include` row takes in another file.", "Copy the rows of that file in its place."),
    ),
    (
        r"required column headers were not found: (?P<missing>.+?)\.",
        _says("A column is missing: {missing}.", "Add it to the header row."),
    ),
    (r"Duplicate column header: (?P<name>.+)", _says("The column `{name}` stands twice.", "Take one of them out.")),
    (
        r"different names for the same column were found: '(?P<other>[^']+)', '(?P<name>[^']+)'",
        _says("`{other}` and `{name}` are two names of one column.", "Take one of them out."),
    ),
    (
        r"missing header row.*missing mapping for '(?P<name>[^']+)'",
        _says("The column `{name}` is not in the header row.", "Begin the sheet with a row of column names."),
    ),
    (
        r"following column\(s\) are not supported by this version of pyxform: (?P<name>.+?)\. Please",
        _says("The entities sheet has columns that XLSForm does not know: {name}.", "Take them out."),
    ),
    (
        r"Cannot omit instanceID(?P<settings>), it is required for encryption",
        _says("`omit_instanceID` cannot stand beside `public_key`.", "Take one of them out."),
    ),
    (r"Survey cannot have an empty id_string(?P<settings>)", _says("The form has no id.", "Fill in `form_id`.")),
    # parameters
    (
        r"accepted parameter keys for this question type are '(?P<accepted>.*?)'\. .*key\(s\): '(?P<name>[^']+)'",
        _says("`parameters` has `{name}`, which this type does not take.", "It takes {accepted}."),
    ),
    (
        r"Parameters must be in the form",
        _says("`parameters` cannot be read.", "Write `key=value` pairs with a space between: `start=1 end=5`."),
    ),
    (_RANGE + "must be a number", _says("`{name}` of the range is no number.", "Write digits: `{name}=5`.")),
    (_RANGE + r"must not be '0'", _says("`{name}` of the range is 0.", "Write a number above 0.")),
    (
        _RANGE + "must not be larger",
        _says("`{name}` is larger than the range from start to end.", "Write a smaller one."),
    ),
    (_RANGE + "must be a multiple", _says("`{name}` is no multiple of `step`.", "Write one that the steps meet.")),
    (_RANGE + "must be between", _says("`{name}` lies outside `start` and `end`.", "Write one that lies between.")),
    (
        _RANGE + "must be a choice list",
        _says("`{name}` names no list of the choices sheet.", "Write the `list_name` of one."),
    ),
    (
        _RANGE + "choice list must have only 2",
        _says("The labels of a range without ticks are more than two.", "Keep those of its start and its end."),
    ),
    (
        _RANGE + "choice(?:s| list) (?:must|values)",
        _says("A label of the range stands at no place of it.", "Name its choices by numbers that the steps meet."),
    ),
    (
        r"For the 'range' question type, the parameter.* choices? ?'?",
        _says("A label of the range stands at no place of it.", "Name its choices by numbers that the steps meet."),
    ),
    (
        r"are only supported for the appearances 'vertical'",
        _says("This appearance of a range takes no ticks.", "Take `tick_interval`, `placeholder` and labels out."),
    ),
    (
        r"For geoshape and geotrace questions, the 'incremental'",
        _says("`incremental` takes `true` only.", "Write `incremental=true`, or take it out."),
    ),
    (
        r"The 'reference-geometry' parameter must",
        _says("`reference-geometry` names nothing.", "Name a list, an attached file or ${{a_repeat}}."),
    ),
    (
        r"The '(?P<name>(?:capture|warning)-accuracy)' parameter must",
        _says("`{name}` is no number.", "Write metres in digits: `{name}=10`."),
    ),
    (r"'allow-mock-accuracy'", _says("`allow-mock-accuracy` takes `true` or `false`.", "Write one of them.")),
    (
        r"(?P<name>randomize|track-changes|identify-user) must be set to true or false",
        _says("`{name}` takes `true` or `false`.", "Write one of them."),
    ),
    (r"track-changes-reasons must", _says("`track-changes-reasons` takes `on-form-edit` only.", "Write that.")),
    (r"location-priority must", _says("`location-priority` cannot be read.", "Write `balanced`, or another of ODK's.")),
    (r"To include location information", _says("The audit lacks a parameter of places.", "Write all three of them.")),
    (
        _PARAMETER + r" must (?:have an integer|be greater)",
        _says("`{name}` cannot be used.", "Write a whole number that is large enough."),
    ),
    (r"seed value must be a number", _says("`seed` is no number.", "Write a number or a ${{question}}.")),
    (r"must include randomize=true", _says("`seed` stands without `randomize`.", "Add `randomize=true`.")),
    (
        r"Invalid value for quality",
        _says("`quality` cannot be read.", "Write `voice-only`, `low`, `normal` or `external`."),
    ),
    (r"Parameter 'app' has an invalid Android", _says("`app` names no Android package.", "Write `org.example.app`.")),
    (
        r"For 'background-geopoint' questions, the 'calculation'",
        _says("A background-geopoint has a calculation.", "Leave it blank."),
    ),
    (
        r"For 'background-geopoint' questions, the 'trigger'",
        _says("A background-geopoint has no trigger.", "Name the question that sets it off in `trigger`."),
    ),
    # instances
    (
        r"same instance id will be generated.*Instance name: '(?P<name>[^']+)'",
        _says("Two lists or files are called `{name}`.", "Rename one of them."),
    ),
    (
        r"Instance names must be unique.*The name '(?P<q>[^']+)'",
        _says("Two attached files are called `{q}`.", "Rename one of them."),
    ),
    (
        r"Media type: (?P<name>\S+) not supported",
        _says("`media::{name}` is unknown.", "Write `image`, `audio` or `video`."),
    ),
    # entities
    (r"add an entities sheet", _says(_SAVE_TO + "there is no entities sheet.", "Add one, or clear `save_to`.")),
    (
        r"property '(?P<name>[^']+)' is already assigned by row '(?P<other>\d+)'",
        _says(_SAVE_TO + "row {other} saves to `{name}` too.", "Change one of them."),
    ),
    (r"Groups and repeats can't be saved", _says(_SAVE_TO + "a group holds no answer.", "Clear it.")),
    (
        r"entity list name '(?P<name>[^']+)' was not found",
        _says(_SAVE_TO + "no entity list is called `{name}`.", "Add it to the entities sheet, or correct the name."),
    ),
    (r"names must be prefixed with", _says(_SAVE_TO + "there are several entity lists.", "Write `list#property`.")),
    (r"at most one '#'", _says(_SAVE_TO + "it has several `#`.", "Write `list#property`.")),
    (r"does not have a label, but", _says("The entity has no label.", "Fill in `label`, or give an `entity_id`.")),
    (r"'update_if' is required", _says("The entity has no `update_if`.", "Fill it in, or take `entity_id` out.")),
    (r"'entity_id' is required", _says("The entity has no `entity_id`.", "Fill it in, or use `create_if`.")),
    (
        r"Each container \(survey, group, repeat\) may have only one entity",
        _says("Two entities are saved from the same group.", "Save one of them from another group."),
    ),
    (
        r"entity list name '(?P<name>[^']+)' has a reference in container scope",
        _says("The entity `{name}` is saved from groups apart.", "Copy it into a calculate."),
    ),
    (r"must not begin with two underscores", _says("The name begins with two underscores.", "Take them off.")),
    (r"Names used here must not contain a period", _says("The name has a period.", "Write an underscore for it.")),
    (r"must not be 'name' or 'label'", _says("`save_to` is `name` or `label`.", "Save to another property.")),
    (r"list_name' column must not have any duplicate", _says("Two entities have one list.", "Take one of them out.")),
    (r"Entity lists must have a name", _says("The entity list has no name.", "Fill in `list_name`.")),
)
