"""What pi-cluster/simulate is made of: machine (hosts), cluster (processes and jobs), figures (report), soak."""
