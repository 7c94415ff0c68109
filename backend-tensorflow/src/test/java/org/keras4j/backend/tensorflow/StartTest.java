package org.keras4j.backend.tensorflow;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.keras4j.core.DType;
import org.keras4j.core.NDArray;
import org.keras4j.core.Shape;
import org.keras4j.core.TensorSpec;
import org.keras4j.core.primitive.DotGeneral;
import org.keras4j.core.primitive.IntList;
import org.keras4j.core.spi.Backend;
import org.keras4j.core.spi.BackendProvider;
import org.keras4j.core.spi.BackendTensor;

/** What can be seen only in a fresh JVM: what is printed at the start, and which library comes first. */
class StartTest {
  /** Multiplies two matrices on each of the backends named, in this order, and prints the sums. */
  public static void main(String[] names) {
    for (String name : names) {
      Backend b = null;
      for (BackendProvider p : java.util.ServiceLoader.load(BackendProvider.class)) {
        if (p.name().equals(name)) {
          b = p.create();
        }
      }
      NDArray a = NDArray.zeros(DType.FLOAT32, Shape.of(64, 64));
      for (int i = 0; i < a.size(); i++) {
        a.setDouble(i, 1);
      }
      BackendTensor x = b.fromHost(a, "");
      IntList none = IntList.of();
      DotGeneral dot = new DotGeneral(none, none, IntList.of(1), IntList.of(0), null);
      NDArray y = b.execute(dot, List.of(x, x), List.of(TensorSpec.of(DType.FLOAT32, 64, 64)))
          .get(0)
          .toHost();
      double sum = 0;
      for (int i = 0; i < y.size(); i++) {
        sum += y.getDouble(i);
      }
      System.out.println(name + " " + sum);
    }
  }

  private static String run(String... names) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(
        "-Xmx256m", "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path")));
    command.add(StartTest.class.getName());
    command.addAll(List.of(names));
    Process p = new ProcessBuilder(command).redirectErrorStream(true).start();
    String out = new String(p.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, p.waitFor(), out);
    return out;
  }

  @Test
  void startsSilently() throws Exception {
    assertEquals("tensorflow 262144.0\n", run("tensorflow"));
  }

  @Test
  void tensorFlowThenPyTorch() throws Exception {
    assertEquals("tensorflow 262144.0\npytorch 262144.0\n", run("tensorflow", "pytorch"));
  }

  @Test
  void pyTorchThenTensorFlow() throws Exception {
    assertEquals("pytorch 262144.0\ntensorflow 262144.0\n", run("pytorch", "tensorflow"));
  }
}
