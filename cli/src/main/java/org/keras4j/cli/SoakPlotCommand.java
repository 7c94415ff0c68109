package org.keras4j.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.keras4j.benchmarks.soak.MemorySample;
import org.keras4j.benchmarks.soak.Soak;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bench soak_plot}: several soaks in one picture. */
@Command(
    name = "soak_plot",
    description = {
      "Draws the memory outside the Java heap of several soaks, and prints a table of them.",
      "The files are those of bench soak --csv."
    },
    mixinStandardHelpOptions = true)
final class SoakPlotCommand implements Callable<Integer> {
  @CommandLine.Spec
  private CommandLine.Model.CommandSpec spec;

  @Parameters(arity = "1..*", paramLabel = "NAME=FILE.csv")
  private Map<String, Path> files = new LinkedHashMap<>();

  @Option(names = "--svg", required = true, description = "Where the picture goes.")
  private Path svg;

  @Option(names = "--title", defaultValue = "Memory outside the Java heap")
  private String title;

  @Override
  public Integer call() throws IOException {
    Map<String, Soak> soaks = new LinkedHashMap<>();
    for (Map.Entry<String, Path> e : files.entrySet()) {
      soaks.put(e.getKey(), Soak.readCsv(e.getValue()));
    }
    Soak.writeSvg(svg, title, soaks);
    PrintWriter out = spec.commandLine().getOut();
    out.println("| | runs | MiB after a quarter | MiB at the end | growth |");
    out.println("|---|---:|---:|---:|---:|");
    soaks.forEach((name, soak) -> {
      List<MemorySample> s = soak.samples();
      MemorySample last = s.get(s.size() - 1);
      out.printf(
          Locale.ROOT,
          "| %s | %,d | %.0f | %.0f | %.1f |%n",
          name,
          last.runs(),
          s.get(s.size() / 4).outsideHeap(),
          last.outsideHeap(),
          soak.growth());
    });
    out.flush();
    return 0;
  }
}
