from .defect import check_repairs as check_repairs
from .readings import Readings as Readings
from .table import Table as Table, open_table as open_table
