//! The vocabulary that computers are made of: people, places and machines.

/// Given names, with the letters that break naive clients.
pub(crate) const FIRST: [&str; 32] = [
    "Oscar",
    "Anna",
    "Noël",
    "Zoë",
    "Björn",
    "Siobhán",
    "Łukasz",
    "José",
    "美咲",
    "伟",
    "Priya",
    "Mohammed",
    "Olga",
    "Chloé",
    "D'Arcy",
    "Ngọc",
    "Fatima",
    "Kenji",
    "Ingrid",
    "Tomás",
    "Amara",
    "Liam",
    "Yuki",
    "Søren",
    "Ana María",
    "Jean-Luc",
    "Dmitri",
    "Hana",
    "Kwame",
    "Leïla",
    "Mei",
    "Ruth",
];

/// Family names.
pub(crate) const LAST: [&str; 32] = [
    "O'Brien",
    "Müller",
    "Nguyễn",
    "Smith & Sons",
    "García",
    "Ivanova",
    "山田",
    "王",
    "Ó Súilleabháin",
    "van der Berg",
    "Kowalski",
    "Sato",
    "Okafor",
    "Andersson",
    "D'Angelo",
    "Patel",
    "Schmidt-Groß",
    "López",
    "Kim",
    "Cohen",
    "Haddad",
    "Novák",
    "Petrov",
    "Tanaka",
    "Jones",
    "Åkesson",
    "Çelik",
    "Mbeki",
    "Rossi",
    "Dupont",
    "Silva",
    "Wójcik",
];

/// Names of the people in plain letters, for accounts and addresses; same order as [`FIRST`].
pub(crate) const FIRST_PLAIN: [&str; 32] = [
    "oscar", "anna", "noel", "zoe", "bjorn", "siobhan", "lukasz", "jose", "misaki", "wei", "priya", "mohammed", "olga",
    "chloe", "darcy", "ngoc", "fatima", "kenji", "ingrid", "tomas", "amara", "liam", "yuki", "soren", "anamaria",
    "jeanluc", "dmitri", "hana", "kwame", "leila", "mei", "ruth",
];

/// Plain letters of [`LAST`].
pub(crate) const LAST_PLAIN: [&str; 32] = [
    "obrien",
    "muller",
    "nguyen",
    "smith",
    "garcia",
    "ivanova",
    "yamada",
    "wang",
    "osuilleabhain",
    "vanderberg",
    "kowalski",
    "sato",
    "okafor",
    "andersson",
    "dangelo",
    "patel",
    "schmidt",
    "lopez",
    "kim",
    "cohen",
    "haddad",
    "novak",
    "petrov",
    "tanaka",
    "jones",
    "akesson",
    "celik",
    "mbeki",
    "rossi",
    "dupont",
    "silva",
    "wojcik",
];

/// Departments; a department's id is its place, from 1.
pub(crate) const DEPARTMENTS: [&str; 12] = [
    "Engineering",
    "R&D",
    "People & Culture",
    "Finance",
    "Legal",
    "Sales <EMEA>",
    "Sales APAC",
    "IT",
    "Facilities",
    "Marketing \"Brand\"",
    "研究開発",
    "Direction générale",
];

/// Buildings; a building's id is its place, from 1.
pub(crate) const BUILDINGS: [&str; 8] =
    ["Headquarters", "Annex 'B'", "東京オフィス", "Zürich", "Plant 4/5", "Remote 🏠", "Labs & Workshops", "São Paulo"];

/// Job titles.
pub(crate) const POSITIONS: [&str; 8] =
    ["Engineer", "Staff Engineer, R&D", "Controller", "VP \"Special Projects\"", "IT Support", "研究員", "Intern", ""];

/// Models: name, identifier, Apple silicon, processor, cores, memory in MB.
pub(crate) const MODELS: [(&str, &str, bool, &str, i64, i64); 10] = [
    ("MacBook Pro (14-inch, 2023)", "Mac14,9", true, "Apple M2 Pro", 12, 32768),
    ("MacBook Pro (16-inch, Nov 2023)", "Mac15,7", true, "Apple M3 Pro", 12, 36864),
    ("MacBook Air (M2, 2022)", "Mac14,2", true, "Apple M2", 8, 16384),
    ("MacBook Air (13-inch, M3, 2024)", "Mac15,12", true, "Apple M3", 8, 16384),
    ("MacBook Air (M1, 2020)", "MacBookAir10,1", true, "Apple M1", 8, 8192),
    ("Mac mini (2024)", "Mac16,10", true, "Apple M4", 10, 16384),
    ("iMac (24-inch, 2023)", "Mac15,5", true, "Apple M3", 8, 24576),
    ("Mac Studio (2023)", "Mac14,13", true, "Apple M2 Max", 12, 65536),
    ("13-inch MacBook Pro (2020)", "MacBookPro16,2", false, "Quad-Core Intel Core i5", 4, 16384),
    ("27\" iMac (Retina 5K, 2019)", "iMac19,1", false, "6-Core Intel Core i5", 6, 40960),
];

/// Systems: version, build, supplemental build, rapid response.
pub(crate) const SYSTEMS: [(&str, &str, &str, &str); 8] = [
    ("15.5", "24F74", "24F74", ""),
    ("15.6.1", "24G90", "24G90", ""),
    ("26.0.1", "25A362", "25A362", ""),
    ("14.7.6", "23H626", "23H626", ""),
    ("13.4.1", "22F82", "22F770820d", "(c)"),
    ("13.7.8", "22H730", "22H730", ""),
    ("12.7.6", "21H1320", "21H1320", ""),
    ("10.15.7", "19H2026", "", ""),
];

/// Groups: name, description, smart.
pub(crate) const GROUPS: [(&str, &str, bool); 12] = [
    ("All Managed Clients", "", true),
    ("Apple silicon", "Every Mac with an Apple chip", true),
    ("FileVault off & overdue", "Needs \"attention\"", true),
    ("macOS < 14", "Version below 14", true),
    ("Pilot 🚀", "Gets updates first", false),
    ("VIP (don't touch!)", "Board's computers", false),
    ("Labs/Rooms 1–12", "", false),
    ("東京チーム", "東京の全員", false),
    ("Last check-in > 30 days", "", true),
    ("Disk space < 10 %", "Fewer than 10 % free", true),
    ("Loaners", "At the front desk", false),
    ("R&D", "Research & development", false),
];
