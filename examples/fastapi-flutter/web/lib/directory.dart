import 'package:flutter/material.dart';

import 'staff_api.dart';

/// Finds employees by name, team or e-mail.
class DirectoryPage extends StatefulWidget {
  const DirectoryPage({super.key, required this.api, required this.onSignedOut});

  final StaffApi api;
  final VoidCallback onSignedOut;

  @override
  State<DirectoryPage> createState() => _DirectoryPageState();
}

class _DirectoryPageState extends State<DirectoryPage> {
  late Future<List<Employee>> _found = widget.api.employees('');

  void _search(String query) => setState(() => _found = widget.api.employees(query));

  @override
  Widget build(BuildContext context) {
    return Scaffold(
      appBar: AppBar(
        title: const Text('Staff'),
        actions: [
          IconButton(
            tooltip: 'Sign out',
            icon: const Icon(Icons.logout),
            onPressed: () {
              widget.api.signOut();
              widget.onSignedOut();
            },
          ),
        ],
      ),
      body: Column(
        children: [
          Padding(
            padding: const EdgeInsets.all(16),
            child: TextField(
              onChanged: _search,
              decoration: const InputDecoration(labelText: 'Name, team or e-mail', prefixIcon: Icon(Icons.search)),
            ),
          ),
          Expanded(
            child: FutureBuilder<List<Employee>>(
              future: _found,
              builder: (context, found) {
                if (found.hasError) {
                  return Center(child: Text('${found.error}'));
                }
                final people = found.data ?? const <Employee>[];
                return ListView.builder(
                  itemCount: people.length,
                  itemBuilder: (context, index) => ListTile(
                    title: Text(people[index].name),
                    subtitle: Text('${people[index].team} · ${people[index].email}'),
                    trailing: Text(people[index].number),
                  ),
                );
              },
            ),
          ),
        ],
      ),
    );
  }
}
