package dev.samdan.console;

import dev.samdan.base.PlatformException;
import dev.samdan.identity.Right;
import dev.samdan.image.BaseImage;
import dev.samdan.image.BuiltImage;
import dev.samdan.registry.Space;
import dev.samdan.registry.StoredImage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Makes the pages of images. */
final class ImagePages {
  /** How many images of a repository pruning keeps, beside those that something needs. */
  static final int KEPT = 10;

  private static final int LINES = 50;

  private final ConsoleRooms rooms;
  private final Words words;

  ImagePages(ConsoleRooms rooms, Words words) {
    this.rooms = rooms;
    this.words = words;
  }

  /** Of one application. */
  Asked.Shown shown(Asked asked) {
    String application = asked.application();
    rooms.applications().show(application);
    ApplicationLife life =
        asked.around().lives().stream()
            .filter(l -> l.name().equals(application))
            .findFirst()
            .orElseThrow(() -> PlatformException.notFound(words.say("error.nothing")));
    List<StoredImage> images =
        rooms.registry().images().stream()
            .filter(i ->
                i.repository().startsWith(application + "/") || i.repository().equals(application))
            .toList();
    Lineages lineages = new Lineages(rooms, words, life);
    ImagesPage page =
        page(
            "/applications/" + application + "/images",
            asked.query("repository"),
            images,
            lineages,
            List.of(life));
    String title = page.rest().isEmpty() ? page.headline() : page.headline() + " " + page.rest();
    return new Asked.Shown("images", asked.around().tab("images", title, application), page);
  }

  /** Of all applications, and of none. */
  Asked.Shown all(Asked asked) {
    ImagesPage page =
        page("/images", asked.query("repository"), readable(asked), null, asked.around().lives());
    return new Asked.Shown(
        "images", asked.around().page("images", page.headline(), "images"), page);
  }

  private List<StoredImage> readable(Asked asked) {
    return rooms.registry().images().stream()
        .filter(i ->
            rooms
                .subjects()
                .may(asked.reader().access(), Right.READ, rooms.subjects().images(i.repository())))
        .toList();
  }

  private ImagesPage page(
      String root,
      @Nullable String asked,
      List<StoredImage> images,
      @Nullable Lineages lineages,
      List<ApplicationLife> lives) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    images.forEach(i -> counts.merge(i.repository(), 1, Integer::sum));
    List<String> names = counts.keySet().stream().sorted().toList();
    String chosen =
        asked != null && counts.containsKey(asked)
            ? asked
            : names.isEmpty() ? "" : names.getFirst();
    List<Filter> repositories = new ArrayList<>();
    for (String name : names) {
      repositories.add(
          Filter.counted(
              name,
              root + "?repository=" + Brief.encoded(name),
              name.equals(chosen),
              counts.getOrDefault(name, 0)));
    }
    List<StoredImage> own = images.stream().filter(i -> i.repository().equals(chosen)).toList();
    KeptBecause kept = new KeptBecause(rooms, words, lives);
    Space space = rooms.registry().space();
    long prunable =
        rooms.registry().prune(KEPT, true).stream().mapToLong(StoredImage::sizeBytes).sum();
    ImagesPage.Lineage lineage = lineages == null ? null : lineages.of(images);
    String headline =
        images.isEmpty()
            ? words.say("images.none")
            : lineages == null || lineage == null
                ? words.count("images.kept", images.size())
                : lineages.headline();
    return new ImagesPage(
        headline,
        lineages == null || images.isEmpty() ? "" : lineages.rest(),
        words.say("images.space", words.bytes(space.free())),
        full(space, prunable),
        space.status() == Space.Status.FULL ? "fail" : "wait",
        prunable == 0 ? "" : words.say("images.prune", words.bytes(prunable)),
        lineage,
        repositories,
        own.stream().limit(LINES).map(i -> line(i, kept)).toList(),
        Math.max(0, own.size() - LINES));
  }

  private String full(Space space, long prunable) {
    if (space.status() == Space.Status.OK) {
      return "";
    }
    String free = words.bytes(space.free());
    String text =
        space.status() == Space.Status.FULL
            ? words.say("images.full", space.usedPercent())
            : words.say("images.low", space.usedPercent(), free);
    return prunable == 0 ? text : text + " " + words.say("images.canprune", words.bytes(prunable));
  }

  private ImagesPage.Line line(StoredImage image, KeptBecause kept) {
    Optional<BuiltImage> built = rooms.images().builtImage(image.repository(), image.digest());
    KeptBecause.Reason reason = kept.of(image);
    String digest = image.digest().toString();
    return new ImagesPage.Line(
        image.tags().stream().map(Lineages::tag).toList(),
        Brief.digest(digest),
        digest,
        built.map(BuiltImage::base).map(b -> Lineages.baseName(rooms, b)).orElse("–"),
        When.at(words, image.pushedAt()),
        built.map(b -> build(b)).orElse(""),
        words.bytes(image.sizeBytes()),
        reason.text(),
        reason.tone());
  }

  private String build(BuiltImage built) {
    try {
      return rooms.pipelines().execution(built.execution()).pipeline()
          + " #"
          + rooms.pipelines().execution(built.execution()).number();
    } catch (PlatformException e) {
      // The execution is older than what is kept of executions.
      return Brief.commit(built.commit());
    }
  }

  /** Whether a base is the one that the newest commit would be built on. */
  static Optional<BaseImage> newest(List<BaseImage> bases) {
    return bases.stream().filter(b -> b.status() == BaseImage.Status.Ready).findFirst();
  }
}
