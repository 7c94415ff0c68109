package org.keras4j.cli;

import java.util.concurrent.Callable;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bench micro}: the micro-benchmarks. */
@Command(
    name = "micro",
    description = "Runs the JMH micro-benchmarks of what Java adds to a call.",
    mixinStandardHelpOptions = true)
final class MicroCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "REGEX",
      arity = "0..1",
      defaultValue = "org.keras4j.benchmarks.micro.*",
      description = "Which of them; all by default.")
  private String regex;

  @Option(
      names = "--backend",
      split = ",",
      description = "pytorch, tensorflow, xla; all by default.")
  private String[] backends = {"pytorch", "tensorflow", "xla"};

  @Option(
      names = "--seconds",
      defaultValue = "1",
      description = "The length of an iteration, ${DEFAULT-VALUE} by default.")
  private long seconds;

  @Override
  public Integer call() throws Exception {
    new Runner(new OptionsBuilder()
            .include(regex)
            .param("backend", backends)
            .forks(1)
            .warmupIterations(3)
            .measurementIterations(5)
            .warmupTime(TimeValue.seconds(seconds))
            .measurementTime(TimeValue.seconds(seconds))
            .build())
        .run();
    return 0;
  }
}
