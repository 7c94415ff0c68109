/** A page in the browser that shows a training while it runs. */
module org.keras4j.page {
  requires transitive org.keras4j.models;
  requires com.fasterxml.jackson.core;
  requires com.fasterxml.jackson.databind;
  requires java.management;
  requires jdk.httpserver;
  requires jdk.management;
  requires uplot;
  requires static org.apiguardian.api;
  requires static org.jspecify;

  exports org.keras4j.page;
}
