package dev.samdan.console;

import dev.samdan.base.PlatformException;
import dev.samdan.deploy.Deployment;
import dev.samdan.deploy.Live;
import dev.samdan.source.History;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What people call what serves: the version that a tag gives its commit, else the commit's first
 * characters, else what it is called here. Tags are read once for each application, when they are
 * first asked for.
 */
final class Versions {
  private static final Pattern VERSION = Pattern.compile("v?[0-9]+\\.[0-9]+\\.[0-9]+");

  private final ConsoleRooms rooms;
  private final Map<String, Map<String, String>> tagged = new HashMap<>();

  Versions(ConsoleRooms rooms) {
    this.rooms = rooms;
  }

  String of(String application, String commit) {
    String tag = tagged.computeIfAbsent(application, this::tags).get(commit);
    return tag == null ? Brief.commit(commit) : tag;
  }

  /** What a task set serves. */
  String of(String application, Live.Set set) {
    return or(application, set.commit(), set.taskDefinition());
  }

  /** What a site serves. */
  String of(String application, Live.SiteLive site) {
    return or(application, site.commit(), site.release());
  }

  /** What a deployment brings. */
  String of(Deployment d) {
    return or(d.application(), d.commit(), DeploymentPages.brings(d));
  }

  private String or(String application, @Nullable String commit, String other) {
    return commit == null ? other : of(application, commit);
  }

  /** By commit; of two tags of one commit the later in the order of their names. */
  private Map<String, String> tags(String application) {
    Map<String, String> names = new HashMap<>();
    try {
      String repository = rooms.applications().show(application).repository();
      new History(rooms.source())
          .tags(repository)
          .forEach((tag, commit) -> {
            if (VERSION.matcher(tag).matches()) {
              names.put(commit, tag);
            }
          });
    } catch (PlatformException e) {
      // Without its repository a commit is called by itself.
      names.clear();
    }
    return names;
  }
}
