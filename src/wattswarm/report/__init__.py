"""What came out: policies compared, as figures, tables, a summary for programs and a page for people."""

from wattswarm.report.comparison import BoundResult, BoundRow, Comparison, Row, compare_runs
from wattswarm.report.measures import Measures, measure
from wattswarm.report.meta import Meta
from wattswarm.report.summary import summary_json, summary_schema, write_summary
from wattswarm.report.write import write_report

__all__ = [
    "BoundResult",
    "BoundRow",
    "Comparison",
    "Measures",
    "Meta",
    "Row",
    "compare_runs",
    "measure",
    "summary_json",
    "summary_schema",
    "write_report",
    "write_summary",
]
