package dev.samdan.platform;

import dev.samdan.base.PlatformException;
import dev.samdan.cli.AppCommand;
import dev.samdan.cli.ApproveCommand;
import dev.samdan.cli.AuditCommand;
import dev.samdan.cli.BranchCommand;
import dev.samdan.cli.BuildCommand;
import dev.samdan.cli.DbCommand;
import dev.samdan.cli.DeploymentCommand;
import dev.samdan.cli.ExecutionCommand;
import dev.samdan.cli.ImageCommand;
import dev.samdan.cli.InitCommand;
import dev.samdan.cli.JobCommand;
import dev.samdan.cli.LogsCommand;
import dev.samdan.cli.PipelineCommand;
import dev.samdan.cli.PrCommand;
import dev.samdan.cli.RegistryCommand;
import dev.samdan.cli.RejectCommand;
import dev.samdan.cli.ReleaseCommand;
import dev.samdan.cli.RoomCommand;
import dev.samdan.cli.SecretCommand;
import dev.samdan.cli.SiteCommand;
import dev.samdan.cli.StatusCommand;
import dev.samdan.cli.TaskCommand;
import dev.samdan.cli.TaskdefCommand;
import dev.samdan.cli.TokenCommand;
import dev.samdan.cli.UserCommand;
import dev.samdan.cli.ValidateCommand;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The program {@code samdan}: chooses the verb, maps what it ended with to 0, 1 or 2. */
public final class Main {
  @Command(
      name = "samdan",
      mixinStandardHelpOptions = true,
      version = "samdan 0.1.0",
      description = "git push, and all three tiers are live.",
      synopsisSubcommandLabel = "COMMAND")
  static final class Root {}

  private Main() {}

  private static Map<String, Supplier<Object>> verbs() {
    Map<String, Supplier<Object>> verbs = new LinkedHashMap<>();
    verbs.put("demo", DemoCommand::new);
    verbs.put("up", UpCommand::new);
    verbs.put("down", DownCommand::new);
    verbs.put("status", StatusCommand::new);
    verbs.put("doctor", DoctorCommand::new);
    verbs.put("init", InitCommand::new);
    verbs.put("build", BuildCommand::new);
    verbs.put("validate", ValidateCommand::new);
    verbs.put("app", AppCommand::new);
    verbs.put("branch", BranchCommand::new);
    verbs.put("pr", PrCommand::new);
    verbs.put("release", ReleaseCommand::new);
    verbs.put("pipeline", PipelineCommand::new);
    verbs.put("execution", ExecutionCommand::new);
    verbs.put("approve", ApproveCommand::new);
    verbs.put("reject", RejectCommand::new);
    verbs.put("deployment", DeploymentCommand::new);
    verbs.put("task", TaskCommand::new);
    verbs.put("taskdef", TaskdefCommand::new);
    verbs.put("job", JobCommand::new);
    verbs.put("logs", LogsCommand::new);
    verbs.put("room", RoomCommand::new);
    verbs.put("image", ImageCommand::new);
    verbs.put("registry", RegistryCommand::new);
    verbs.put("db", DbCommand::new);
    verbs.put("site", SiteCommand::new);
    verbs.put("secret", SecretCommand::new);
    verbs.put("user", UserCommand::new);
    verbs.put("token", TokenCommand::new);
    verbs.put("audit", AuditCommand::new);
    verbs.put("service", ServiceCommand::new);
    return verbs;
  }

  public static void main(String[] arguments) {
    System.exit(run(arguments));
  }

  /** Runs one command; 0, 1 (it failed) or 2 (usage). */
  static int run(String... arguments) {
    Map<String, Supplier<Object>> verbs = verbs();
    CommandLine line = new CommandLine(new Root());
    // Only the verb that was asked for is built: reading the annotations of all of them takes
    // longer than it.
    Supplier<Object> verb = arguments.length == 0 ? null : verbs.get(arguments[0]);
    if (verb != null) {
      line.addSubcommand(arguments[0], verb.get());
    } else {
      verbs.forEach((name, make) -> line.addSubcommand(name, make.get()));
    }
    line.setExecutionExceptionHandler((problem, command, parsed) -> failed(problem));
    line.setParameterExceptionHandler((problem, given) -> {
      System.err.println("samdan: " + problem.getMessage());
      problem.getCommandLine().usage(System.err);
      return 2;
    });
    if (arguments.length == 0) {
      line.usage(System.err);
      return 2;
    }
    // A group of verbs given alone, such as `samdan app`, is a question of usage.
    line.setExecutionStrategy(parsed -> {
      CommandLine last = parsed.asCommandLineList().getLast();
      Object command = last.getCommandSpec().userObject();
      boolean group = !last.getSubcommands().isEmpty() && !(command instanceof Runnable);
      if (group && !last.isUsageHelpRequested() && !last.isVersionHelpRequested()) {
        last.usage(System.err);
        return 2;
      }
      return new CommandLine.RunLast().execute(parsed);
    });
    return line.execute(arguments);
  }

  private static int failed(Exception problem) {
    String message =
        problem instanceof PlatformException known ? known.text() : String.valueOf(problem);
    System.err.println("samdan: " + message);
    if (!(problem instanceof PlatformException) && System.getenv("SAMDAN_TRACE") != null) {
      problem.printStackTrace();
    }
    return 1;
  }
}
