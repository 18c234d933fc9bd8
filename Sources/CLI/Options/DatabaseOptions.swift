import ArgumentParser

/// Which PostgreSQL holds the queue.
struct DatabaseOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "The PostgreSQL server, as postgresql://user@host/name.",
            discussion:
                "Without it DATABASE_URL counts, then libpq's PG* variables, then a private server of this user.",
            valueName: "url"
        )
    )
    var databaseURL: String?
}
