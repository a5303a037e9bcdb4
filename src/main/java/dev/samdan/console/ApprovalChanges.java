package dev.samdan.console;

import dev.samdan.application.ApiTier;
import dev.samdan.application.ApplicationDeclaration;
import dev.samdan.application.DataTier;
import dev.samdan.base.PlatformException;
import dev.samdan.image.BaseImage;
import dev.samdan.operations.BaseFreshness;
import dev.samdan.source.Commit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What an approval would bring: commits, the base image that it stands on, migrations. */
final class ApprovalChanges {
  private static final int COMMITS = 50;
  private static final int SHOWN = 3;
  private static final int LINES = 6;

  private final ConsoleRooms rooms;
  private final Words words;
  private final String repository;
  private final BaseFreshness freshness;

  ApprovalChanges(ConsoleRooms rooms, Words words, String repository) {
    this.rooms = rooms;
    this.words = words;
    this.repository = repository;
    this.freshness =
        new BaseFreshness(rooms.applications(), rooms.pipelines(), rooms.source(), rooms.images());
  }

  /** Commits that the newer one has and the older one has not. */
  ApprovalFacts.Changes since(@Nullable String older, String newer) {
    try {
      List<Commit> commits = rooms.source().commitsSince(repository, older, newer, COMMITS);
      int files = rooms.source().changedFiles(repository, older, newer).size();
      String counts =
          older == null
              ? words.say("approval.first")
              : words.count("approval.commits", commits.size());
      List<ApprovalFacts.Change> changes =
          commits.stream()
              .limit(SHOWN)
              .map(c -> new ApprovalFacts.Change(Brief.commit(c.id()), c.subject(), c.author()))
              .toList();
      return new ApprovalFacts.Changes(
          counts, changes, Math.max(0, commits.size() - SHOWN), older == null ? 0 : files);
    } catch (PlatformException e) {
      // The commit that serves may be gone from the repository: then only the new one is known.
      return new ApprovalFacts.Changes("", List.of(), 0, 0);
    }
  }

  /** The base image that a commit's build would stand on; null where none is declared. */
  ApprovalFacts.@Nullable Base base(ApplicationDeclaration declaration, String commit) {
    Optional<BaseFreshness.Base> found = freshness.of(declaration, repository, commit);
    if (found.isEmpty()) {
      return null;
    }
    ApiTier.BaseImage base = found.get().declared();
    String folder = found.get().folder();
    Optional<String> touched = found.get().touched();
    Optional<BaseImage> image = found.get().image();
    boolean fresh = found.get().fresh();
    boolean building = found.get().building();
    String files =
        base.rebuildOn().isEmpty() ? base.dockerfile() : String.join(", ", base.rebuildOn());
    Optional<BaseImage> shown =
        fresh || building
            ? image
            : rooms.images().bases(declaration.name()).stream()
                .filter(i -> i.status() == BaseImage.Status.Ready)
                .findFirst();
    List<String> difference =
        fresh || shown.isEmpty() || touched.isEmpty()
            ? List.of()
            : difference(shown.get().commit(), touched.get(), base, folder);
    return new ApprovalFacts.Base(
        base.dockerfile(),
        fresh
            ? State.fresh(words)
            : building
                ? new State("run", "run", words.say("state.building"), "Building")
                : State.stale(words),
        shown.map(i -> declaration.name() + "-base:" + Brief.commit(i.commit())).orElse("–"),
        shown.map(i -> words.say("approval.base.built", words.at(i.updatedAt()))).orElse(""),
        shown.map(BaseImage::image).map(Brief::digest).orElse(""),
        fresh,
        building,
        files,
        touched.map(c -> words.say("approval.base.changed", Brief.commit(c))).orElse(""),
        difference);
  }

  /** Lines that only one of two versions of the first file has, such as requirements. */
  private List<String> difference(
      String older, String newer, ApiTier.BaseImage base, String folder) {
    if (base.rebuildOn().isEmpty()) {
      return List.of();
    }
    String path = folder + base.rebuildOn().getFirst();
    List<String> before = lines(older, path);
    List<String> after = lines(newer, path);
    List<String> difference = new ArrayList<>();
    before.stream().filter(l -> !after.contains(l)).map(l -> "- " + l).forEach(difference::add);
    after.stream().filter(l -> !before.contains(l)).map(l -> "+ " + l).forEach(difference::add);
    return difference.subList(0, Math.min(LINES, difference.size()));
  }

  private List<String> lines(String commit, String path) {
    try {
      return rooms
          .source()
          .readFile(repository, commit, path)
          .map(bytes -> new String(bytes, java.nio.charset.StandardCharsets.UTF_8).lines().toList())
          .orElse(List.of());
    } catch (PlatformException e) {
      return List.of();
    }
  }

  /** The command that migrates, and the SQL files that come. */
  List<String> database(ApplicationDeclaration declaration, @Nullable String older, String newer) {
    DataTier data = declaration.data();
    if (data == null || data.migrate().isEmpty()) {
      return List.of();
    }
    List<String> lines = new ArrayList<>();
    try {
      rooms.source().changedFiles(repository, older, newer).stream()
          .filter(f -> f.endsWith(".sql"))
          .limit(LINES)
          .forEach(lines::add);
    } catch (PlatformException e) {
      lines.clear();
    }
    lines.add(words.say("approval.migrates", String.join(" ", data.migrate())));
    return lines;
  }
}
