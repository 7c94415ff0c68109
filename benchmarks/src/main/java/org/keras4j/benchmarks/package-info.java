/** Workloads that are measured beside other libraries, and what measures them. */
@NullMarked
package org.keras4j.benchmarks;

import org.jspecify.annotations.NullMarked;
