package dev.samdan.console;

import dev.samdan.base.Digest;
import dev.samdan.base.PlatformException;
import dev.samdan.deploy.Live;
import dev.samdan.image.BaseImage;
import dev.samdan.image.BuiltImage;
import dev.samdan.registry.StoredImage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which base an image stands on, and where it runs: three columns and the lines between them. */
final class Lineages {
  private static final int ROWS = 4;
  private static final int BUILT = 100;
  private static final int STEP = 80;
  private static final int MIDDLE = 33;

  private final ConsoleRooms rooms;
  private final Words words;
  private final String application;
  private final List<BaseImage> bases;
  private final List<Running> running = new ArrayList<>();
  private final Map<String, BuiltImage> built = new LinkedHashMap<>();

  /** A task set and what it runs. */
  private record Running(String environment, Live.Set set, boolean two) {
    String digest() {
      return set.image().substring(set.image().indexOf('@') + 1);
    }
  }

  Lineages(ConsoleRooms rooms, Words words, ApplicationLife life) {
    this.rooms = rooms;
    this.words = words;
    this.application = life.name();
    this.bases =
        rooms.images().bases(life.name()).stream()
            .filter(b -> b.status() == BaseImage.Status.Ready && b.image() != null)
            .toList();
    for (ApplicationLife.EnvironmentLife e : life.environments().reversed()) {
      Live.ApiLive api = e.live().api();
      List<Live.Set> sets =
          api == null
              ? List.of()
              : api.taskSets().stream().filter(s -> !s.status().equals("DRAINING")).toList();
      for (Live.Set set : sets.reversed()) {
        running.add(new Running(e.environment().name(), set, sets.size() > 1));
      }
    }
    rooms.images().builtImages(life.name(), BUILT).stream()
        .filter(b -> !b.repository().endsWith("-base"))
        .forEach(b -> built.putIfAbsent(b.digest().toString(), b));
  }

  /** Null where nothing was built here. */
  ImagesPage.@Nullable Lineage of(List<StoredImage> images) {
    Set<String> shown = new LinkedHashSet<>();
    running.forEach(r -> shown.add(r.digest()));
    built.keySet().stream().limit(ROWS).forEach(shown::add);
    List<String> digests = shown.stream().filter(built::containsKey).limit(ROWS).toList();
    if (digests.isEmpty()) {
      return null;
    }
    List<String> baseDigests = new ArrayList<>();
    ImagePages.newest(bases).map(b -> digest(b.image())).ifPresent(baseDigests::add);
    for (String digest : digests) {
      String base = base(digest);
      if (base != null && !baseDigests.contains(base)) {
        baseDigests.add(base);
      }
    }
    for (BaseImage each : bases) {
      if (baseDigests.size() < digests.size() && !baseDigests.contains(digest(each.image()))) {
        baseDigests.add(digest(each.image()));
      }
    }
    List<ImagesPage.Join> toImages = new ArrayList<>();
    for (int i = 0; i < digests.size(); i++) {
      String base = base(digests.get(i));
      if (base != null) {
        int from = baseDigests.indexOf(base);
        toImages.add(new ImagesPage.Join(from == 0 ? "" : "old", path(from, i)));
      }
    }
    List<Running> places = running.stream().filter(r -> digests.contains(r.digest())).toList();
    List<ImagesPage.Join> toPlaces = new ArrayList<>();
    for (int i = 0; i < places.size(); i++) {
      int from = digests.indexOf(places.get(i).digest());
      toPlaces.add(new ImagesPage.Join(tone(places.get(i)), path(from, i)));
    }
    int rows = Math.max(baseDigests.size(), Math.max(digests.size(), places.size()));
    return new ImagesPage.Lineage(
        Objects.requireNonNull(built.get(digests.getFirst())).repository(),
        rows,
        baseDigests.stream().map(this::base2).toList(),
        digests.stream().map(d -> image(built.get(d), images)).toList(),
        places.stream().map(this::place).toList(),
        toImages,
        toPlaces);
  }

  private static String path(int from, int to) {
    int y1 = from * STEP + MIDDLE;
    int y2 = to * STEP + MIDDLE;
    return String.format(Locale.ROOT, "M0 %d C50 %d 50 %d 100 %d", y1, y1, y2, y2);
  }

  private static String tone(Running running) {
    return !running.two() ? "" : running.set().label().equals("Green") ? "green" : "blue";
  }

  private static String digest(@Nullable String image) {
    String name = Objects.requireNonNullElse(image, "");
    return name.substring(name.indexOf('@') + 1);
  }

  private @Nullable String base(String digest) {
    BuiltImage image = built.get(digest);
    return image == null || image.base() == null ? null : digest(image.base());
  }

  private ImagesPage.Base base2(String digest) {
    Optional<BaseImage> known =
        bases.stream().filter(b -> digest(b.image()).equals(digest)).findFirst();
    boolean newest =
        ImagePages.newest(bases).filter(b -> digest(b.image()).equals(digest)).isPresent();
    return new ImagesPage.Base(
        known.map(b -> name(b)).orElse(Brief.digest(digest)),
        Brief.digest(digest),
        newest,
        newest ? State.fresh(words) : null,
        newest || known.isEmpty()
            ? known.isEmpty() ? words.say("images.elsewhere") : ""
            : words.say("images.built", words.at(known.get().updatedAt())));
  }

  private String name(BaseImage base) {
    return application + "-base:" + Brief.commit(base.commit());
  }

  private ImagesPage.Image image(@Nullable BuiltImage image, List<StoredImage> stored) {
    BuiltImage known = Objects.requireNonNull(image);
    String at =
        stored.stream()
            .filter(s -> s.digest().equals(known.digest()))
            .findFirst()
            .map(s -> words.at(s.pushedAt()))
            .orElse(words.at(known.builtAt()));
    return new ImagesPage.Image(
        known.repository() + ":" + Brief.commit(known.commit()),
        Brief.digest(known.digest().toString()),
        subject(known.commit()),
        at);
  }

  private String subject(String commit) {
    try {
      return rooms.source().commit(application, commit).subject();
    } catch (PlatformException e) {
      return "";
    }
  }

  private ImagesPage.Place place(Running running) {
    String tone = tone(running);
    return new ImagesPage.Place(
        tone.isEmpty()
            ? running.environment()
            : running.environment() + ", " + words.say(tone).toLowerCase(Locale.ROOT),
        tone,
        words.count("images.tasks", running.set().runningCount()),
        words.say("images.share", running.set().weight()));
  }

  /** Whether every image that runs stands on the newest base, and which do not. */
  String headline() {
    Optional<String> newest = ImagePages.newest(bases).map(b -> digest(b.image()));
    if (newest.isEmpty() || running.isEmpty()) {
      return words.count("images.kept", built.size());
    }
    List<String> stale = stale(newest.get());
    return stale.isEmpty()
        ? words.say("images.fresh")
        : words.say("images.fresh.but", String.join(", ", stale));
  }

  private List<String> stale(String newest) {
    List<String> stale = new ArrayList<>();
    for (Running each : running) {
      String base = base(each.digest());
      if (base != null && !base.equals(newest)) {
        String tone = tone(each);
        stale.add(
            tone.isEmpty()
                ? each.environment()
                : words.say("images.set", each.environment(), words.say(tone)));
      }
    }
    return stale;
  }

  /** What becomes of an old base: it leaves with blue. */
  String rest() {
    Optional<String> newest = ImagePages.newest(bases).map(b -> digest(b.image()));
    if (newest.isEmpty()) {
      return "";
    }
    boolean onlyBlue =
        running.stream()
            .filter(r -> base(r.digest()) != null && !newest.get().equals(base(r.digest())))
            .allMatch(r -> tone(r).equals("blue"));
    return onlyBlue && !stale(newest.get()).isEmpty() ? words.say("images.leaves") : "";
  }

  /** A base as people call it; {@code reference} is {@code repository@sha256:…}. */
  static String baseName(ConsoleRooms rooms, String reference) {
    int at = reference.indexOf('@');
    String repository = at < 0 ? reference : reference.substring(0, at);
    return rooms
        .images()
        .builtImage(repository, Digest.parse(digest(reference)))
        .map(b -> repository + ":" + Brief.commit(b.commit()))
        .orElse(repository + "@" + Brief.digest(reference));
  }

  /** A tag, cut where it is a whole commit. */
  static String tag(String tag) {
    return tag.matches("[0-9a-f]{40}") ? Brief.commit(tag) : tag;
  }
}
