package dev.samdan.console;

import dev.samdan.deploy.Deployment;
import dev.samdan.deploy.Live;
import dev.samdan.registry.StoredImage;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Why an image stays: what runs it, else what could be rolled back to it. */
final class KeptBecause {
  private static final Pattern DEPLOYMENT = Pattern.compile("d-[A-Z0-9]{9}");

  /**
   * @param tone {@code blue}, {@code green}, {@code live}, {@code back} or empty
   */
  record Reason(String text, String tone) {}

  private final ConsoleRooms rooms;
  private final Words words;
  private final Map<String, Reason> live = new HashMap<>();

  KeptBecause(ConsoleRooms rooms, Words words, List<ApplicationLife> lives) {
    this.rooms = rooms;
    this.words = words;
    for (ApplicationLife life : lives) {
      for (ApplicationLife.EnvironmentLife e : life.environments()) {
        remember(e);
      }
    }
  }

  private void remember(ApplicationLife.EnvironmentLife e) {
    Live.ApiLive api = e.live().api();
    if (api == null) {
      return;
    }
    String environment = e.environment().name();
    boolean two = api.taskSets().stream().filter(s -> !s.status().equals("DRAINING")).count() > 1;
    for (Live.Set set : api.taskSets()) {
      boolean green = set.label().equals("Green");
      String key = !two ? "kept.live" : green ? "kept.green" : "kept.blue";
      String tone = !two ? "live" : green ? "green" : "blue";
      live.putIfAbsent(digest(set.image()), new Reason(words.say(key, environment), tone));
    }
  }

  private static String digest(String image) {
    return image.substring(image.indexOf('@') + 1);
  }

  Reason of(StoredImage image) {
    Reason running = live.get(image.digest().toString());
    if (running != null) {
      return running;
    }
    for (String pin : rooms.registry().pins(image.repository(), image.digest())) {
      Matcher deployment = DEPLOYMENT.matcher(pin);
      if (!deployment.find()) {
        return new Reason(pin, "");
      }
      Optional<Deployment> of = rooms.deployments().show(deployment.group());
      if (of.isPresent()) {
        return new Reason(words.say("kept.rollback", of.get().environment()), "back");
      }
    }
    return image.tags().contains("latest")
        ? new Reason(words.say("kept.newest"), "")
        : new Reason(words.say("kept.lately"), "");
  }
}
