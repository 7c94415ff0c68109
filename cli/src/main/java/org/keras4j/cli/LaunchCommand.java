package org.keras4j.cli;

import java.util.List;
import java.util.concurrent.Callable;
import org.keras4j.distribution.Launcher;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code launch}: a training in several processes. */
@Command(
    name = "launch",
    description = {
      "Starts a command as several ranks of a distributed training, as torchrun does:",
      "keras4j launch -n 4 -- java -cp app.jar:lib/* my.Training"
    },
    mixinStandardHelpOptions = true)
final class LaunchCommand implements Callable<Integer> {
  @Option(
      names = {"-n", "--processes"},
      required = true,
      description = "How many ranks to start on this machine.")
  private int processes;

  @Option(names = "--nodes", defaultValue = "1", description = "How many machines there are.")
  private int nodes;

  @Option(
      names = "--node-rank",
      defaultValue = "0",
      description = "The number of this one, from 0.")
  private int node;

  @Option(
      names = "--master-addr",
      defaultValue = "127.0.0.1",
      description = "The machine of rank 0; this one if not given.")
  private String address;

  @Option(
      names = "--master-port",
      defaultValue = "0",
      description = "A port there; a free one if there is one machine.")
  private int port;

  @Parameters(
      paramLabel = "COMMAND",
      arity = "1..*",
      description = "The program and its arguments.")
  private List<String> command;

  @Override
  public Integer call() throws Exception {
    return new Launcher(processes, command)
        .nodes(nodes, node)
        .master(address, port)
        .run();
  }
}
