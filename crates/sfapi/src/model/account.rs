//! Users, groups, projects and API clients.

use super::record;
use adjutant_schema::Kind::{Float, Int, List, Record, Text, Time};

record! {
    /// A user (`UserInfo`).
    pub UserInfo, USER_INFO, "UserInfo";
    0 uid: i64 = "uid" Int;
    1 name: String = "name" Text;
    2 firstname: String = "firstname" Text;
    3 lastname: String = "lastname" Text;
    4 middlename: String = "middlename" Text;
    5 workphone: String = "workphone" Text;
    6 other_phones: String = "otherPhones" Text;
    7 email: String = "email" Text;
}

record! {
    /// A user in a group (`UserStats`).
    pub GroupMember, GROUP_MEMBER, "UserStats";
    0 uid: i64 = "uid" Int;
    1 name: String = "name" Text;
}

record! {
    /// A group (`GroupStats`).
    pub Group, GROUP, "GroupStats";
    0 gid: i64 = "gid" Int;
    1 name: String = "name" Text;
    2 users: Vec<GroupMember> = "users" List(&Record(GroupMember::DESC));
}

record! {
    /// All groups.
    pub(crate) Groups, GROUPS, "GroupList";
    0 groups: Vec<Group> = "groups" List(&Record(Group::DESC));
}

record! {
    /// What is used of a file system (`StorageStats`).
    pub StorageUse, STORAGE_USE, "StorageStats";
    0 name: String = "name" Text;
    1 bytes_given: f64 = "bytes_given" Float;
    2 bytes_used: f64 = "bytes_used" Float;
    3 files_given: f64 = "files_given" Float;
    4 files_used: f64 = "files_used" Float;
    5 bytes_given_human: String = "bytes_given_human" Text;
    6 bytes_used_human: String = "bytes_used_human" Text;
}

record! {
    /// A project with what it was given and has used (`ProjectStats`); hours are node hours.
    pub Project, PROJECT, "ProjectStats";
    0 id: i64 = "id" Int;
    1 description: String = "description" Text;
    2 repo_name: String = "repo_name" Text;
    3 iris_role: String = "iris_role" Text;
    4 hours_given: f64 = "hours_given" Float;
    5 hours_used: f64 = "hours_used" Float;
    6 project_hours_given: f64 = "project_hours_given" Float;
    7 project_hours_used: f64 = "project_hours_used" Float;
    8 cpu_hours_given: f64 = "cpu_hours_given" Float;
    9 cpu_hours_used: f64 = "cpu_hours_used" Float;
    10 cpu_project_hours_given: f64 = "cpu_project_hours_given" Float;
    11 cpu_project_hours_used: f64 = "cpu_project_hours_used" Float;
    12 gpu_hours_given: f64 = "gpu_hours_given" Float;
    13 gpu_hours_used: f64 = "gpu_hours_used" Float;
    14 gpu_project_hours_given: f64 = "gpu_project_hours_given" Float;
    15 gpu_project_hours_used: f64 = "gpu_project_hours_used" Float;
    16 projdir_usage: Vec<StorageUse> = "projdir_usage" List(&Record(StorageUse::DESC));
    17 project_projdir_usage: StorageUse = "project_projdir_usage" Record(StorageUse::DESC);
    18 hpss_usage: Vec<StorageUse> = "hpss_usage" List(&Record(StorageUse::DESC));
}

record! {
    /// A role in a project (`RoleStats`).
    pub Role, ROLE, "RoleStats";
    0 id: i64 = "id" Int;
    1 description: String = "description" Text;
    2 repo_name: String = "repo_name" Text;
    3 iris_role: String = "iris_role" Text;
}

record! {
    /// A client of this API, made in Iris (`ApiClient`).
    pub ApiClient, API_CLIENT, "ApiClient";
    0 name: String = "name" Text;
    1 client_id: String = "clientId" Text;
    2 expires_at: String = "expiresAt" Time;
    3 comments: String = "comments" Text;
}
