package dev.samdan.console;

import dev.samdan.deploy.Deployment;
import dev.samdan.deploy.DeploymentStatus;
import dev.samdan.deploy.Deployments;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a person may decide of a deployment, and where its traffic stands. */
final class DeploymentDecisions {
  private final ConsoleRooms rooms;
  private final Words words;

  DeploymentDecisions(ConsoleRooms rooms, Words words) {
    this.rooms = rooms;
    this.words = words;
  }

  DeploymentPage.Decisions of(Deployment d) {
    boolean shifting = rooms.deployments().shift(d).isPresent();
    boolean newest =
        rooms.deployments().ofGroup(d.group(), 1).stream().anyMatch(n -> n.id().equals(d.id()));
    boolean ready = d.status() == DeploymentStatus.Ready;
    boolean baking = d.status() == DeploymentStatus.Baking;
    return new DeploymentPage.Decisions(
        newest && (!d.status().isFinal() || d.status() == DeploymentStatus.Succeeded)
            ? d.group()
            : "",
        shifting ? d.id() : "",
        ready || baking ? d.id() : "",
        ready
            ? words.say("deployment.goon.ready")
            : baking ? words.say("deployment.goon.baking") : "");
  }

  /** The traffic of the application tier; null where it serves nothing. */
  DeploymentPage.@Nullable Bar bar(Deployment d) {
    if (!d.tier().equals("api")) {
      return null;
    }
    String configuration = Configurations.brief(words, d.configuration());
    if (d.status() == DeploymentStatus.Succeeded) {
      return null;
    }
    int green = d.status().isFinal() ? 0 : d.greenWeight();
    Optional<Deployments.Shift> shift = rooms.deployments().shift(d);
    return new DeploymentPage.Bar(
        100 - green,
        green,
        configuration,
        shift.map(s -> words.say("overview.next", s.next())).orElse(""),
        shift.map(s -> s.nextAt().toString()).orElse(""));
  }
}
