package dev.samdan.console;

import dev.samdan.application.Environment;
import dev.samdan.secrets.SecretName;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes the page of an application's settings. */
final class SettingsPages {
  /** Stands for every environment of the application, as in the API. */
  static final String ALL = "-";

  private final ConsoleRooms rooms;
  private final Words words;

  SettingsPages(ConsoleRooms rooms, Words words) {
    this.rooms = rooms;
    this.words = words;
  }

  Asked.Shown shown(Asked asked) {
    String application = asked.application();
    rooms.applications().show(application);
    List<SecretName> secrets = rooms.secrets().list(application);
    List<SettingsPage.Scope> scopes = new ArrayList<>();
    scopes.add(
        scope(asked, ALL, words.say("secrets.all"), words.say("secrets.all.about"), secrets));
    for (Environment environment : ApplicationLife.environments(rooms, application)) {
      scopes.add(
          scope(
              asked,
              environment.name(),
              environment.name(),
              words.say("secrets.environment.about", environment.name()),
              secrets));
    }
    String headline =
        secrets.isEmpty()
            ? words.say("settings.none")
            : words.count("settings.secrets", secrets.size());
    SettingsPage page = new SettingsPage(headline, application, scopes);
    return new Asked.Shown("settings", asked.around().tab("settings", headline, application), page);
  }

  private SettingsPage.Scope scope(
      Asked asked, String key, String title, String about, List<SecretName> all) {
    String saved = key.equals(asked.query("saved")) ? words.say("settings.saved") : "";
    return new SettingsPage.Scope(
        key,
        title,
        about,
        all.stream()
            .filter(s -> key.equals(scope(s.environment())))
            .map(s -> new SettingsPage.SecretLine(s.name(), When.at(words, s.setAt()), s.setBy()))
            .toList(),
        saved);
  }

  private static String scope(@Nullable String environment) {
    return environment == null ? ALL : environment;
  }
}
