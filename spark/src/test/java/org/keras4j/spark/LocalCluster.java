package org.keras4j.spark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Assumptions;

/**
 * A cluster of Spark on this machine: two executors, each a process of its own, from the jars of the tests' class path. The environment
 * must name a folder {@code SPARK_HOME}, as the build does.
 */
final class LocalCluster {
  private LocalCluster() {}

  /** A session on two executors of one core each. */
  static SparkSession start() throws IOException {
    String home = System.getenv("SPARK_HOME");
    Assumptions.assumeTrue(home != null, "SPARK_HOME is not set");
    // where Spark's own scripts look for jars; these are on the class path already
    Files.createDirectories(Path.of(home, "jars"));
    return builder("local-cluster[2,1,1024]")
        .config("spark.executor.memory", "700m")
        .config("spark.executor.extraClassPath", System.getProperty("java.class.path"))
        .config(
            "spark.executor.extraJavaOptions",
            "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Dkeras4j.backend=" + backend())
        .getOrCreate();
  }

  /** A session whose tasks are threads of this process. */
  static SparkSession threads(int n) {
    return builder("local[" + n + ",4]").getOrCreate();
  }

  private static SparkSession.Builder builder(String master) {
    return SparkSession.builder()
        .master(master)
        .appName("keras4j")
        .config("spark.ui.enabled", "false")
        .config("spark.log.level", "WARN")
        .config("spark.stage.maxConsecutiveAttempts", "2")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.default.parallelism", "2")
        .config("spark.sql.warehouse.dir", "target/warehouse");
  }

  static String backend() {
    return System.getProperty("keras4j.backend", "pytorch");
  }
}
