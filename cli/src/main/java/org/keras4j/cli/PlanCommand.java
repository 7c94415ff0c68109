package org.keras4j.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.Keras;
import org.keras4j.models.Model;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code plan}: how long steps of data-parallel training would take on devices that are not there. */
@Command(
    name = "plan",
    description = {
      "Tells how long a step of data-parallel training would take on 1, 2, 4, ... devices.",
      "The part of one device is run on this machine, and divided by --speed; the exchange is"
          + " reckoned.",
      "docs/guides/distributed-training.md tells what that assumes."
    },
    mixinStandardHelpOptions = true)
final class PlanCommand implements Callable<Integer> {
  @CommandLine.Spec
  private CommandLine.Model.CommandSpec spec;

  @Parameters(paramLabel = "FILE.keras", description = "A model with its compile settings.")
  private Path file;

  @Option(names = "--devices", required = true, description = "The most devices.")
  private int devices;

  @Option(
      names = "--batch",
      required = true,
      description = "Samples of a batch, of all devices together; with --weak of each.")
  private int batch;

  @Option(
      names = "--weak",
      description = "Each device has --batch samples, however many there are.")
  private boolean weak;

  @Option(
      names = "--link",
      defaultValue = "1.25",
      description =
          "Gigabytes a second that a device sends, and receives meanwhile: 1.25 for 10 Gbit/s.")
  private double link;

  @Option(
      names = "--latency",
      defaultValue = "50",
      description = "Microseconds of one message of the link.")
  private double latency;

  @Option(
      names = "--speed",
      defaultValue = "1",
      description = "How many times as fast as this machine a device computes.")
  private double speed;

  @Option(names = "--memory", description = "Gigabytes of a device.")
  private @Nullable Double memory;

  @Option(names = "--backend", description = "pytorch, tensorflow or xla.")
  private @Nullable String backend;

  @Override
  public Integer call() {
    if (devices < 1 || batch < 1 || !(link > 0) || !(latency >= 0) || !(speed > 0)) {
      throw new IllegalArgumentException(
          "plan: devices, batch, link and speed must be positive, the latency not negative");
    }
    if (backend != null) {
      Keras.setBackend(backend);
    }
    Model model = Model.load(file);
    if (!model.isCompiled()) {
      throw new IllegalArgumentException(
          "plan: " + file + " was saved without compile settings, so there is no step of training");
    }
    StepPlan plan = new StepPlan(model, link * 1e9, latency / 1e6, speed);
    PrintWriter out = spec.commandLine().getOut();
    out.println("devices  samples each  compute ms  exchange ms      MB    step ms  samples/s"
        + "  efficiency  memory GB");
    double one = 0;
    for (int n = 1; ; n = Math.min(devices, 2 * n)) {
      int whole = weak ? Math.multiplyExact(batch, n) : batch;
      StepPlan.Step s = plan.of(n, whole);
      double each = whole / s.seconds() / n;
      one = n == 1 ? each : one;
      out.println(String.format(
          Locale.ROOT,
          "%7d %13d %11.3f %12.3f %7.1f %10.3f %10.0f %10.0f%% %10.3f%s",
          n,
          (whole + n - 1) / n,
          s.compute() * 1e3,
          s.exchange() * 1e3,
          s.bytes() / 1e6,
          s.seconds() * 1e3,
          whole / s.seconds(),
          100 * each / one,
          s.memory() / 1e9,
          memory != null && s.memory() > memory * 1e9 ? "  more than there is" : ""));
      out.flush();
      if (n == devices) {
        return 0;
      }
    }
  }
}
