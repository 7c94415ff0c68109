/** Models as modules of libtorch. */
module org.keras4j.torch {
  requires transitive org.keras4j.backend.pytorch;
  requires transitive org.keras4j.training;
  requires org.bytedeco.javacpp;
  requires static org.apiguardian.api;
  requires static org.jspecify;

  exports org.keras4j.torch;
}
