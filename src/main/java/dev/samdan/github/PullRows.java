package dev.samdan.github;

import dev.samdan.database.Database;
import java.util.List;

/** The open pull requests at GitHub. */
final class PullRows {
  private final Database database;

  PullRows(Database database) {
    this.database = database;
  }

  void put(String repository, Pull pull) {
    database.useHandle(handle ->
        handle
            .createUpdate(
                """
                insert into github_pull (repository, number, head, head_commit, base, fork, title, author)
                values (:repository, :number, :head, :commit, :base, :fork, :title, :author)
                on conflict (repository, number) do update set head = excluded.head,
                  head_commit = excluded.head_commit, base = excluded.base, fork = excluded.fork,
                  title = excluded.title, author = excluded.author
                """)
            .bind("repository", repository)
            .bind("number", pull.number())
            .bind("head", pull.head())
            .bind("commit", pull.headCommit())
            .bind("base", pull.base())
            .bind("fork", pull.fork())
            .bind("title", pull.title())
            .bind("author", pull.author())
            .execute());
  }

  void delete(String repository, int number) {
    database.useHandle(handle ->
        handle
            .createUpdate(
                "delete from github_pull where repository = :repository and number = :number")
            .bind("repository", repository)
            .bind("number", number)
            .execute());
  }

  List<Pull> list(String repository) {
    return database.withHandle(handle ->
        handle
            .createQuery("select * from github_pull where repository = :repository order by number")
            .bind("repository", repository)
            .map((row, _) ->
                new Pull(
                    row.getInt("number"),
                    row.getString("head"),
                    row.getString("head_commit"),
                    row.getString("base"),
                    row.getBoolean("fork"),
                    row.getString("title"),
                    row.getString("author")))
            .list());
  }
}
