export interface SettingsView { get(path: string): unknown }
