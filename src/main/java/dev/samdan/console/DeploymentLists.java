package dev.samdan.console;

import dev.samdan.application.Environment;
import dev.samdan.deploy.Deployment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes the list of an application's deployments. */
final class DeploymentLists {
  private static final int SIZE = 50;
  private static final int MOST = 500;

  private final ConsoleRooms rooms;
  private final Words words;

  DeploymentLists(ConsoleRooms rooms, Words words) {
    this.rooms = rooms;
    this.words = words;
  }

  Asked.Shown shown(Asked asked) {
    String application = asked.application();
    rooms.applications().show(application);
    String chosen = asked.query("env");
    boolean all = "all".equals(asked.query("show"));
    DeploymentsPage page = page(application, chosen, all);
    return new Asked.Shown(
        "deployments", asked.around().tab("deployments", page.headline(), application), page);
  }

  private DeploymentsPage page(String application, @Nullable String chosen, boolean all) {
    String root = "/applications/" + application + "/deployments";
    List<Filter> filters = new ArrayList<>();
    filters.add(Filter.of(words.say("filter.all"), root, chosen == null));
    for (Environment environment : ApplicationLife.environments(rooms, application)) {
      String name = environment.name();
      filters.add(Filter.of(name, root + "?env=" + name, name.equals(chosen)));
    }
    int size = all ? MOST : SIZE;
    List<Deployment> deployments =
        rooms.deployments().list(application, Shells.or(chosen, ""), size + 1);
    List<Deployment> shown = deployments.subList(0, Math.min(size, deployments.size()));
    long moving = shown.stream().filter(d -> !d.status().isFinal()).count();
    String headline =
        shown.isEmpty()
            ? words.say("deployments.none")
            : moving > 0
                ? words.count("deployments.moving", moving)
                : words.say("deployments.quiet");
    String more = root + "?show=all" + (chosen == null ? "" : "&env=" + chosen);
    return new DeploymentsPage(
        headline,
        filters.size() > 2 ? filters : List.of(),
        shown.stream().map(this::line).toList(),
        deployments.size() > size && !all ? more : null);
  }

  private DeploymentsPage.Line line(Deployment d) {
    return new DeploymentsPage.Line(
        d.id(),
        "/deployments/" + d.id(),
        d.group(),
        DeploymentPages.state(words, d.status()),
        DeploymentPages.brings(d),
        d.commit() == null ? "" : Brief.commit(d.commit()),
        d.by(),
        When.at(words, d.startedAt()),
        PipelinePages.time(words, d.startedAt(), d.endedAt()));
  }
}
