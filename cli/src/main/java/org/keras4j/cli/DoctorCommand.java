package org.keras4j.cli;

import java.io.PrintWriter;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.bytedeco.javacpp.Loader;
import org.keras4j.core.Keras;
import org.keras4j.core.spi.Backend;
import org.keras4j.core.spi.BackendProvider;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code doctor}: what there is to run on. */
@Command(
    name = "doctor",
    description = "Shows the backends, their versions and devices, and where native libraries lie.",
    mixinStandardHelpOptions = true)
final class DoctorCommand implements Callable<Integer> {
  @CommandLine.Spec
  private CommandLine.Model.CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    Runtime.Version java = Runtime.version();
    out.println("Java " + java + ", " + System.getProperty("java.vendor") + ", "
        + System.getProperty("os.name") + " " + System.getProperty("os.arch"));
    int broken = 0;
    for (BackendProvider p : Keras.providers()) {
      try {
        Backend b = Keras.backend(p.name());
        out.println(p.name() + ": " + b.version());
        out.println("  devices: " + String.join(", ", b.devices()));
      } catch (RuntimeException | LinkageError e) {
        broken++;
        out.println(p.name() + ": cannot be loaded: " + e);
      }
    }
    nativeLibraries().forEach(file -> out.println("  native library: " + file));
    if (Keras.providers().isEmpty()) {
      out.println("No backend is on the class path.");
      broken++;
    }
    out.flush();
    return broken == 0 ? 0 : 1;
  }

  // those that the backends just loaded brought through JavaCPP, if any did
  private static Set<String> nativeLibraries() {
    try {
      return new TreeSet<>(Loader.getLoadedLibraries().values());
    } catch (NoClassDefFoundError e) {
      return Set.of();
    }
  }
}
