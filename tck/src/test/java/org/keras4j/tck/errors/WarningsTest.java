package org.keras4j.tck.errors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.keras4j.layers.core.Dense;
import org.keras4j.layers.core.Input;
import org.keras4j.models.Model;
import org.keras4j.models.Sequential;
import org.keras4j.training.Fit;
import org.keras4j.training.callbacks.EarlyStopping;
import org.keras4j.training.callbacks.ModelCheckpoint;
import org.keras4j.training.callbacks.ReduceLROnPlateau;

/** Warnings reach those who have no provider of SLF4J, can be turned off, and nothing else is said. */
class WarningsTest {
  @TempDir
  Path folder;

  /** A program that a user might write: three callbacks watch what is not there, a model is saved and loaded. */
  static final class Program {
    private Program() {}

    public static void main(String[] args) {
      Path folder = Path.of(args[0]);
      Sequential m = new Sequential(new Input(2), new Dense(1));
      m.compile("sgd", "mse");
      float[][] x = new float[4][2];
      float[][] y = new float[4][1];
      m.fit(
          x,
          y,
          Fit.epochs(1)
              .verbose(0)
              .callbacks(
                  new EarlyStopping("val_los"),
                  new ReduceLROnPlateau("val_loss"),
                  new ModelCheckpoint(folder.resolve("best.keras").toString(), "lass")
                      .saveBestOnly(true)));
      m.save(folder.resolve("m.keras"));
      Model.load(folder.resolve("m.keras")).predict(x);
    }
  }

  private String said(String... options) throws IOException, InterruptedException {
    String classes = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(p -> !p.contains("slf4j-simple"))
        .collect(Collectors.joining(File.pathSeparator));
    Path errors = folder.resolve("errors");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:TieredStopAtLevel=1");
    for (String p : List.of("keras4j.backend", "keras4j.xla.flags")) {
      if (System.getProperty(p) != null) {
        command.add("-D" + p + "=" + System.getProperty(p));
      }
    }
    command.addAll(List.of(options));
    command.addAll(List.of("-cp", classes, Program.class.getName(), folder.toString()));
    ProcessBuilder builder = new ProcessBuilder(command)
        .redirectOutput(folder.resolve("output").toFile())
        .redirectError(errors.toFile());
    // as a process hands it on that runs a backend itself
    builder.environment().put("TF_CPP_MIN_LOG_LEVEL", "3");
    Process p = builder.start();
    assertTrue(p.waitFor(5, TimeUnit.MINUTES));
    String text = Files.readString(errors, StandardCharsets.UTF_8);
    assertEquals(0, p.exitValue(), text);
    assertEquals("", Files.readString(folder.resolve("output")));
    return text;
  }

  @Test
  void warningsAreSeen() throws IOException, InterruptedException {
    String text = said();
    for (String part : List.of(
        "EarlyStopping watches 'val_los', which is not there; there are [loss]",
        "ReduceLROnPlateau watches 'val_loss', which is not there; there are [learning_rate, loss]",
        "ModelCheckpoint tells the best model by 'lass', which is not there; there are"
            + " [learning_rate, loss]")) {
      assertTrue(text.contains(part), text);
    }
    assertEquals(6, text.lines().count(), text); // the JDK's logger takes two lines a message
  }

  @Test
  void warningsAreTurnedOff() throws IOException, InterruptedException {
    assertEquals("", said("-Dkeras4j.warnings=false"));
  }
}
