//! A job in the queue: the columns of `squeue -o %all`, in lower case.
//!
//! All of them are text, because Slurm writes them so (`4G`, `1-02:00:00`, `N/A`).

use super::record;
use adjutant_schema::Kind::Text;

record! {
    /// A job as `squeue` shows it. Times are the machine's local ones, as Slurm writes them.
    pub SqueueRow, SQUEUE_ROW, "JobStatusSqueue";
    0 account: String = "account" Text;
    1 tres_per_node: String = "tres_per_node" Text;
    2 min_cpus: String = "min_cpus" Text;
    3 min_tmp_disk: String = "min_tmp_disk" Text;
    4 end_time: String = "end_time" Text;
    5 features: String = "features" Text;
    6 group: String = "group" Text;
    7 over_subscribe: String = "over_subscribe" Text;
    8 jobid: String = "jobid" Text;
    9 name: String = "name" Text;
    10 comment: String = "comment" Text;
    11 time_limit: String = "time_limit" Text;
    12 min_memory: String = "min_memory" Text;
    13 req_nodes: String = "req_nodes" Text;
    14 command: String = "command" Text;
    15 priority: String = "priority" Text;
    16 qos: String = "qos" Text;
    17 reason: String = "reason" Text;
    18 st: String = "st" Text;
    19 user: String = "user" Text;
    20 reservation: String = "reservation" Text;
    21 wckey: String = "wckey" Text;
    22 exc_nodes: String = "exc_nodes" Text;
    23 nice: String = "nice" Text;
    24 s_c_t: String = "s:c:t" Text;
    25 exec_host: String = "exec_host" Text;
    26 cpus: String = "cpus" Text;
    27 nodes: String = "nodes" Text;
    28 dependency: String = "dependency" Text;
    29 array_job_id: String = "array_job_id" Text;
    30 sockets_per_node: String = "sockets_per_node" Text;
    31 cores_per_socket: String = "cores_per_socket" Text;
    32 threads_per_core: String = "threads_per_core" Text;
    33 array_task_id: String = "array_task_id" Text;
    34 time_left: String = "time_left" Text;
    35 time: String = "time" Text;
    36 nodelist: String = "nodelist" Text;
    37 contiguous: String = "contiguous" Text;
    38 partition: String = "partition" Text;
    39 nodelist_reason: String = "nodelist(reason)" Text;
    40 start_time: String = "start_time" Text;
    41 state: String = "state" Text;
    42 uid: String = "uid" Text;
    43 submit_time: String = "submit_time" Text;
    44 licenses: String = "licenses" Text;
    45 core_spec: String = "core_spec" Text;
    46 schednodes: String = "schednodes" Text;
    47 work_dir: String = "work_dir" Text;
}
