package org.keras4j.benchmarks.compare;

import java.util.Arrays;
import java.util.List;

/** Prints a row as the real programs do; fails or hangs on some workloads. */
final class FakeProgram {
  private FakeProgram() {}

  public static void main(String[] args) throws InterruptedException {
    List<String> a = Arrays.asList(args);
    String backend = a.get(a.indexOf("--backend") + 1);
    boolean ours = a.contains("bench");
    String workload = a.get(a.indexOf(ours ? "bench" : "--workload") + 1);
    if (workload.equals("cnn_train")) {
      System.err.println("no such layer");
      System.exit(3);
    } else if (workload.equals("lstm_train")) {
      Thread.sleep(600_000);
    }
    System.out.println("some words");
    System.out.printf(
        "{\"peer\":\"keras4j\",\"backend\":\"%s\",\"workload\":\"%s\",\"batch\":4,"
            + "\"step_ms_median\":2.5,\"versions\":\"v1\",\"load1\":0.5,\"cores\":2}%n",
        backend, workload);
  }
}
