package org.keras4j.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command {@code keras4j}. */
@Command(
    name = "keras4j",
    description = "Keras for the JVM.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    subcommands = {
      DoctorCommand.class,
      SummaryCommand.class,
      PredictCommand.class,
      CopyCommand.class,
      ExportCommand.class,
      ExportStepCommand.class,
      ApplicationCommand.class,
      LaunchCommand.class,
      PlanCommand.class,
      ReplayCommand.class,
      BenchCommand.class
    })
public final class Main implements Runnable {
  @CommandLine.Spec
  private CommandLine.Model.CommandSpec spec;

  /** Runs a command; the process ends with its status. */
  public static void main(String[] args) {
    System.exit(run(args));
  }

  /** Runs a command; its exit status: 0 for success, 1 for a failure, 2 for wrong usage. */
  static int run(String... args) {
    return new CommandLine(new Main())
        .setExecutionExceptionHandler((e, command, parsed) -> {
          command.getErr().println("keras4j: " + e.getMessage());
          return 1;
        })
        .execute(args);
  }

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }
}
