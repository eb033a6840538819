/**
 * What is written for operators, held true: the manifests of Kubernetes, the documented metrics, the dashboard and the alerts. Reads
 * the project's own files, and starts nothing but {@code kubectl kustomize}.
 */
@NullMarked
package io.sluice.operations;

import org.jspecify.annotations.NullMarked;
