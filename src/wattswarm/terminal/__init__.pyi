from .halt import asked_to_stop as asked_to_stop
from .paths import check_file as check_file, check_out as check_out
from .show import (
    busy as busy,
    console_for as console_for,
    money as money,
    policy_table as policy_table,
    say as say,
)
from .stop import interruptible as interruptible
