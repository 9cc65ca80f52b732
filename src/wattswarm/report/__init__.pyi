from .comparison import (
    BoundResult as BoundResult,
    BoundRow as BoundRow,
    Comparison as Comparison,
    Row as Row,
    compare_runs as compare_runs,
)
from .measures import Measures as Measures, measure as measure
from .meta import Meta as Meta
from .summary import (
    summary_json as summary_json,
    summary_schema as summary_schema,
    write_summary as write_summary,
)
from .write import write_report as write_report
